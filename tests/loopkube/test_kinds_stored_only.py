"""Kinds that are stored only: they say so, keep what they are given, and have Kubernetes' columns."""

from datetime import UTC, datetime

import pytest
from loopkube.api.tables import columns_of
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN, Kinds
from served import Served

GIVEN: dict[str, dict] = {
    "persistentvolumeclaims": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
}


CLUSTER_WIDE: dict[str, dict] = {
    "flowschemas.flowcontrol.apiserver.k8s.io": {"spec": {"priorityLevelConfiguration": {"name": "catch-all"}}},
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": {
        "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}
    },
    "runtimeclasses.node.k8s.io": {"handler": "vm"},
    "volumeattachments.storage.k8s.io": {
        "spec": {"attacher": "a.io", "nodeName": "one", "source": {"persistentVolumeName": "v"}}
    },
    "volumeattributesclasses.storage.k8s.io": {"driverName": "a.io", "parameters": {"speed": "high"}},
}
GIVEN |= CLUSTER_WIDE


def path(resource: str) -> str:
    plural, _, group = resource.partition(".")
    if resource in CLUSTER_WIDE:
        return f"/apis/{group}/v1/{plural}"
    return f"/apis/{group}/v1/namespaces/default/{plural}" if group else f"/api/v1/namespaces/default/{plural}"


@pytest.mark.parametrize("resource", GIVEN)
async def test_a_warning_says_that_nothing_acts_upon_it(served: Served, resource: str) -> None:
    made = await served.call("POST", path(resource), {"metadata": {"name": "x"}} | GIVEN[resource])
    assert made.status == 201 and "is stored and not acted upon on this cluster" in made.headers["Warning"]
    labels = {"metadata": {"labels": {"a": "b"}}}
    merge = {"Content-Type": "application/merge-patch+json"}
    changed = await served.call("PATCH", f"{path(resource)}/x", labels, headers=merge)
    assert changed.status == 200 and "Warning" not in changed.headers
    assert changed.body["metadata"]["labels"] == {"a": "b"}


async def test_the_life_of_a_stored_object(served: Served) -> None:
    """What upstream's tests of the endpoints of a kind do, one verb after the other."""
    merge = {"Content-Type": "application/merge-patch+json"}
    for resource, given in CLUSTER_WIDE.items():
        where = path(resource)
        made = await served.call("POST", where, {"metadata": {"name": "x", "labels": {"a": "b"}}} | given)
        again = made.body | {"metadata": made.body["metadata"] | {"annotations": {"updated": "true"}}}
        assert (await served.call("PUT", f"{where}/x", again)).body["metadata"]["annotations"] == {"updated": "true"}
        if not resource.startswith(("runtime", "volumeattributes")):
            condition = {"type": "Tried", "status": "True", "reason": "E2E", "message": "m"}
            condition["lastTransitionTime"] = "2026-01-01T00:00:00Z"
            wanted = {"attached": True} if resource.startswith("volume") else {"conditions": [condition]}
            changed = await served.call("PATCH", f"{where}/x/status", {"status": wanted}, headers=merge)
            assert changed.body["status"] == wanted, changed.body
        listed = await served.call("GET", f"{where}?labelSelector=a%3Db")
        assert [o["metadata"]["name"] for o in listed.body["items"]] == ["x"]
        assert (await served.call("DELETE", f"{where}?labelSelector=a%3Db")).status == 200
        assert (await served.call("GET", f"{where}/x")).status == 404


async def test_an_address_is_named_by_itself(served: Served) -> None:
    where, spec = "/apis/networking.k8s.io/v1/ipaddresses", {"parentRef": {"resource": "services", "name": "web"}}
    for name, code in (("2001:db8::1", 201), ("2001:DB8::2", 422), ("10.1.2.3", 201), ("10.01.2.3", 422)):
        made = await served.call("POST", where, {"metadata": {"name": name}, "spec": spec})
        assert made.status == code, made.body
    assert (await served.call("GET", f"{where}/2001:db8::1")).body["spec"] == spec
    assert (await served.call("DELETE", f"{where}/2001%3Adb8%3A%3A1")).status == 200


async def test_the_life_of_a_range_of_services(served: Served) -> None:
    where, merge = "/apis/networking.k8s.io/v1/servicecidrs", {"Content-Type": "application/merge-patch+json"}
    made = await served.call("POST", where, {"metadata": {"name": "more"}, "spec": {"cidrs": ["10.99.0.0/24"]}})
    assert (made.status, made.body["metadata"]["generation"]) == (201, 1)
    changed = await served.call("PATCH", f"{where}/more", {"spec": {"cidrs": ["10.98.0.0/24"]}}, headers=merge)
    assert changed.status == 422 and "spec.cidrs: Invalid value" in changed.text and "immutable" in changed.text
    for cidrs, words in (([], "at least one CIDR required"), (["10.0.0.1"], "must be a valid CIDR value")):
        wrong = await served.call("POST", where, {"metadata": {"name": "wrong"}, "spec": {"cidrs": cidrs}})
        assert wrong.status == 422 and words in wrong.text
    assert (await served.call("DELETE", f"{where}/more")).status == 200


async def test_every_cluster_has_flow_schemas_and_the_api_s_endpoints(served: Served) -> None:
    listed = await served.call("GET", "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas")
    assert [o["metadata"]["name"] for o in listed.body["items"]] == ["catch-all", "exempt"]
    endpoints = (await served.call("GET", "/api/v1/namespaces/default/endpoints/kubernetes")).body["subsets"]
    slices = await served.call(
        "GET",
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dkubernetes",
    )
    [found] = slices.body["items"]
    assert [a["ip"] for a in endpoints[0]["addresses"]] == found["endpoints"][0]["addresses"]
    assert endpoints[0]["ports"] == found["ports"]


async def test_what_a_claim_and_a_quota_show(served: Served) -> None:
    table = {"Accept": "application/json;as=Table;g=meta.k8s.io;v=v1"}
    quota = {"spec": {"hard": {"pods": "3"}}}
    for resource, wanted in {"persistentvolumeclaims": "Pending", "resourcequotas": "pods: 0/3"}.items():
        await served.call("POST", path(resource), {"metadata": {"name": "x"}} | GIVEN.get(resource, quota))
        rows = (await served.call("GET", path(resource), headers=table)).body["rows"]
        assert rows[0]["cells"][:2] == ["x", wanted]


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.kind)
def test_an_object_with_nothing_in_it_has_a_row(kind: Kind) -> None:
    columns, empty = columns_of(kind), {"metadata": {"name": "x"}, "spec": {}}
    assert len(columns.cells(empty, datetime(2026, 1, 1, tzinfo=UTC))) == len(columns.definitions)
    assert Kinds().of(kind.api_version, kind.kind) is kind
