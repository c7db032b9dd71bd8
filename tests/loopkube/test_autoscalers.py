"""HorizontalPodAutoscaler: the life that upstream's spec leads it, in both versions, and what is refused."""

import pytest
from offline_api import OfflineApi, refusal
from served import Served

V2, V1 = "/apis/autoscaling/v2", "/apis/autoscaling/v1"
MERGE = {"Content-Type": "application/merge-patch+json"}
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def scaler(name: str = "web", **spec: object) -> dict:
    spec = {"scaleTargetRef": TARGET, "maxReplicas": 10} | spec
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name}, "spec": spec}


def where(base: str, name: str = "", namespace: str = "default") -> str:
    return f"{base}/namespaces/{namespace}/horizontalpodautoscalers{'/' + name if name else ''}"


async def test_both_versions_are_discovered_the_newer_one_first(served: Served) -> None:
    group = (await served.call("GET", "/apis/autoscaling")).body
    assert [entry["version"] for entry in group["versions"]] == ["v2", "v1"]
    assert group["preferredVersion"]["version"] == "v2"
    for base in (V1, V2):
        [own, status] = (await served.call("GET", base)).body["resources"]
        assert (own["name"], own["shortNames"], own["categories"]) == ("horizontalpodautoscalers", ["hpa"], ["all"])
        assert own["storageVersionHash"] == "qwQve8ut294=" and status["name"].endswith("/status")


async def test_the_life_of_an_autoscaler(served: Served) -> None:
    made = await served.call("POST", where(V2), scaler("life", maxReplicas=1))
    assert made.status == 201 and "is stored and not acted upon" in made.headers["Warning"]
    assert made.body["status"] == {"desiredReplicas": 0, "currentMetrics": None}
    patched = await served.call("PATCH", where(V2, "life"), {"spec": {"maxReplicas": 4}}, headers=MERGE)
    assert patched.body["spec"]["maxReplicas"] == 4
    told = {"status": {"currentReplicas": 2, "desiredReplicas": 3, "currentMetrics": []}}
    status = await served.call("PATCH", f"{where(V2, 'life')}/status", told, headers=MERGE)
    assert (status.status, status.body["status"]["desiredReplicas"]) == (200, 3)
    everywhere = (await served.call("GET", f"{V2}/horizontalpodautoscalers")).body["items"]
    assert "life" in [item["metadata"]["name"] for item in everywhere]
    assert (await served.call("DELETE", where(V2))).status == 200
    assert (await served.call("GET", where(V1, "life"))).status == 404


async def test_the_older_version_has_a_field_for_the_cpu_and_notes_for_the_rest(served: Served) -> None:
    memory = {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue"}}}
    memory["resource"]["target"]["averageValue"] = "1Gi"
    outside = {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "5"}}}
    cpu = {"type": "Resource", "resource": {"name": "cpu"}}
    cpu["resource"]["target"] = {"type": "Utilization", "averageUtilization": 50}
    behavior = {"scaleDown": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}}
    given = scaler("both", metrics=[memory, outside, cpu], behavior=behavior)
    stored = (await served.call("POST", where(V2), given)).body
    older = (await served.call("GET", where(V1, "both"))).body
    assert older["spec"] == {
        "scaleTargetRef": TARGET,
        "minReplicas": 1,
        "maxReplicas": 10,
        "targetCPUUtilizationPercentage": 50,
    }
    noted = older["metadata"]["annotations"]
    assert '{"name":"memory","targetAverageValue":"1Gi"}' in noted["autoscaling.alpha.kubernetes.io/metrics"]
    assert '"Type":"Pods","Value":1' in noted["autoscaling.alpha.kubernetes.io/behavior"]
    back = await served.call("PUT", where(V1, "both"), older)
    assert back.status == 200 and back.body == older
    newer = (await served.call("GET", where(V2, "both"))).body
    assert newer["spec"] == stored["spec"] and "annotations" not in newer["metadata"]


async def test_an_autoscaler_of_the_older_version_is_read_in_the_newer_one(served: Served) -> None:
    for name, given, percent in (("plain", {}, 80), ("half", {"targetCPUUtilizationPercentage": 50}, 50)):
        body = scaler(name, **given) | {"apiVersion": "autoscaling/v1"}
        assert (await served.call("POST", where(V1), body)).status == 201
        newer = (await served.call("GET", where(V2, name))).body
        [metric] = newer["spec"]["metrics"]
        assert metric["resource"]["target"] == {"type": "Utilization", "averageUtilization": percent}
    listed = (await served.call("GET", where(V1))).body
    assert listed["apiVersion"] == "autoscaling/v1"
    assert {item["spec"]["targetCPUUtilizationPercentage"] for item in listed["items"] if "plain" in str(item)} == {80}


@pytest.mark.parametrize("text", ["nonsense", "5", '[{"type": 5}]', '[{"type": "Resource", "resource": 1}]', "[" * 900])
async def test_notes_that_anybody_may_write_do_no_harm(served: Served, text: str) -> None:
    body = scaler("noted") | {"apiVersion": "autoscaling/v1"}
    notes = {f"autoscaling.alpha.kubernetes.io/{end}": text for end in ("metrics", "current-metrics", "behavior")}
    body["metadata"] = {"name": "noted", "annotations": notes}
    made = await served.call("POST", f"{where(V1)}?dryRun=All", body)
    assert made.status in (201, 400, 422)


async def test_the_table_shows_what_is_measured_and_aimed_at(served: Served) -> None:
    await served.call("POST", where(V2), scaler("shown"))
    for base in (V2, V1):
        accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
        table = (await served.call("GET", where(base, "shown"), headers=accept)).body
        names = [column["name"] for column in table["columnDefinitions"]]
        assert names == ["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"]
        assert table["rows"][0]["cells"][1:6] == ["Deployment/web", "cpu: <unknown>/80%", "1", 10, 0]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"maxReplicas": 0}, "spec.maxReplicas: Invalid value: 0: must be greater than 0"),
        ({"minReplicas": 0}, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
        ({"minReplicas": 11}, "spec.maxReplicas: Invalid value: 10: must be greater than or equal to `minReplicas`"),
        ({"scaleTargetRef": {"kind": "A"}}, "spec.scaleTargetRef.name: Required value"),
        ({"scaleTargetRef": TARGET | {"apiVersion": "v1"}}, 'Invalid value: "v1": apiVersion must specify API group'),
        ({"metrics": [{"type": "Pods"}]}, "spec.metrics[0].pods: Required value: must populate information for the"),
        (
            {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Value"}}}]},
            "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value",
        ),
        (
            {"behavior": {"scaleUp": {"stabilizationWindowSeconds": 3601}}},
            "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_upstreams_words(spec: dict, words: str) -> None:
    assert words in refusal(OfflineApi(), scaler(**spec))
