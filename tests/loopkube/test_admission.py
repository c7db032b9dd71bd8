"""Admission as a whole: recorded answers of kube-apiserver, the plugins, what updates may change."""

import copy
import json
import random
import re
from pathlib import Path

import pytest
from loopkube.api import plugins
from loopkube.shared.status import ApiError
from offline_api import KINDS, OfflineApi, deployment, ingress, pod, service

RECORDINGS = Path(__file__).parent.parent / "recordings" / "api"
GROUPS = (
    "daemon-sets",
    "deployments",
    "endpoint-slices",
    "ingress-classes",
    "ingresses",
    "pods",
    "secrets",
    "services",
)
SERVER_SETS = ("uid", "resourceVersion", "creationTimestamp")
ADDRESS = re.compile(r"(10|127)\.96\.\d+\.\d+")


def creations(group: str) -> list[dict]:
    steps = json.loads((RECORDINGS / f"{group}.json").read_text())["steps"]
    judged = [s for s in steps if s["request"]["method"] == "POST" and "subresource" not in s["request"]["path"]]
    return [s for s in judged if s["response"]["status"] in (201, 422) and "binding" not in s["request"]["path"]]


def kind_at(path: str):
    parts = path.strip("/").split("/")
    return KINDS.at(*(("", "v1") if parts[0] == "api" else parts[1:3]), parts[-1])


def comparable(value: object, chosen: set[int]) -> object:
    """Generated names, addresses and ports become placeholders, as in the recordings."""
    text = ADDRESS.sub("<ip>", json.dumps(value))
    text = re.sub(r"kube-api-access-[a-z0-9]{5}", "kube-api-access-<suffix>", text)
    generated = lambda m: m[0] if int(m[1]) in chosen else '"nodePort": "<port>"'  # noqa: E731
    found = json.loads(re.sub(r'"nodePort": (\d+)', generated, text))
    for field in SERVER_SETS:
        found["metadata"].pop(field, None)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_answers_as_kube_apiserver_answered(group: str) -> None:
    api = OfflineApi(f"golden-{group}")
    chosen = {int(p) for p in re.findall(r'"nodePort": (\d+)', (RECORDINGS / f"{group}.json").read_text())}
    for step in creations(group):
        want, request = step["response"], step["request"]
        warnings: list[str] = []
        try:
            found, warnings = api.create(json.dumps(request["body"]), kind_at(request["path"]))
        except ApiError as error:
            assert error.status() == want["body"], step["id"]
        else:
            assert want["status"] == 201, step["id"]
            assert comparable(found, chosen) == comparable(want["body"], chosen), step["id"]
            expected = want.get("warning", "")
            assert ", ".join(f"299 - {json.dumps(text)}" for text in warnings) == expected, step["id"]


@pytest.fixture
def api() -> OfflineApi:
    return OfflineApi()


def test_a_missing_namespace_is_not_found(api: OfflineApi) -> None:
    obj = pod() | {"metadata": {"name": "web", "namespace": "nowhere"}}
    with pytest.raises(ApiError, match='namespaces "nowhere" not found') as caught:
        api.create(obj)
    assert caught.value.code == 404


def test_nothing_new_in_a_namespace_that_is_going(api: OfflineApi) -> None:
    api.held["namespaces", "", "shop"]["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    with pytest.raises(ApiError) as caught:
        api.create(ingress())
    assert (caught.value.code, caught.value.reason) == (403, "Forbidden")
    assert caught.value.message == (
        'ingresses.networking.k8s.io "shop" is forbidden: unable to create new content in namespace shop '
        "because it is being terminated"
    )
    assert caught.value.details["causes"][0]["reason"] == "NamespaceTerminating"


def test_the_token_is_mounted_where_it_is_wanted(api: OfflineApi) -> None:
    own = {"name": "own", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    containers = [{"name": "a", "image": "x"}, {"name": "b", "image": "x", "volumeMounts": [own]}]
    volumes = [{"name": "own", "emptyDir": {}}]
    spec = api.create(pod(containers=containers, volumes=volumes))[0]["spec"]
    assert len(spec["volumes"]) == 2
    assert spec["containers"][0]["volumeMounts"][0]["name"] == spec["volumes"][1]["name"]
    assert spec["containers"][1]["volumeMounts"] == [own]
    assert "volumes" not in api.create(pod(automountServiceAccountToken=False))[0]["spec"]


def test_an_account_decides_for_its_pods(api: OfflineApi) -> None:
    secrets = [{"name": "registry"}]
    account = {"metadata": {"name": "quiet"}, "automountServiceAccountToken": False, "imagePullSecrets": secrets}
    api.held["serviceaccounts", "shop", "quiet"] = account
    spec = api.create(pod(serviceAccountName="quiet"))[0]["spec"]
    assert "volumes" not in spec
    assert spec["imagePullSecrets"] == secrets
    assert spec["serviceAccount"] == "quiet"


def test_an_account_that_is_missing_refuses_the_pod(api: OfflineApi) -> None:
    with pytest.raises(ApiError, match='error looking up service account shop/ghost: serviceaccount "ghost" not found'):
        api.create(pod(serviceAccountName="ghost"))


def test_a_pod_may_come_before_the_default_account(api: OfflineApi) -> None:
    del api.held["serviceaccounts", "shop", "default"]
    assert api.create(pod())[0]["spec"]["volumes"][0]["name"].startswith("kube-api-access-")


def test_priority_comes_from_the_class(api: OfflineApi) -> None:
    assert api.create(pod(priorityClassName="system-node-critical"))[0]["spec"]["priority"] == 2000001000
    with pytest.raises(ApiError, match="no PriorityClass with name gold was found"):
        api.create(pod(priorityClassName="gold"))
    with pytest.raises(ApiError, match=r"the integer value of priority \(7\) must not be provided"):
        api.create(pod(priority=7))


def priority_class(name: str, value: int, **more: object) -> dict:
    return {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}} | {
        "value": value,
        **more,
    }


def test_a_priority_class_is_taken_and_one_alone_is_the_default(api: OfflineApi) -> None:
    api.create(priority_class("gold", 1000, preemptionPolicy="Never"))
    spec = api.create(pod(priorityClassName="gold"))[0]["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (1000, "Never")
    with pytest.raises(ApiError, match=r"the string value of PreemptionPolicy \(PreemptLowerPriority\) must not be"):
        api.create(pod("b", priorityClassName="gold", preemptionPolicy="PreemptLowerPriority"))
    api.create(priority_class("usual", 10, globalDefault=True))
    spec = api.create(pod("c"))[0]["spec"]
    assert (spec["priority"], spec["priorityClassName"]) == (10, "usual")
    with pytest.raises(ApiError) as refused:
        api.create(priority_class("other", 20, globalDefault=True))
    why = "PriorityClass usual is already marked as default. Only one default can exist"
    assert refused.value.message == f'priorityclasses.scheduling.k8s.io "other" is forbidden: {why}'


def test_what_a_priority_class_may_not_say(api: OfflineApi) -> None:
    reserved = "priority class names with 'system-' prefix are reserved for system use only"
    for obj, words in (
        (priority_class("system-mine", 1), reserved),
        (priority_class("high", 1_000_000_001), "maximum allowed value of a user defined priority is 1000000000"),
        (priority_class("odd", 1, preemptionPolicy="Maybe"), 'Unsupported value: "Maybe"'),
    ):
        with pytest.raises(ApiError) as refused:
            api.create(obj)
        assert words in refused.value.message
    made, _ = api.create(priority_class("gold", 1))
    with pytest.raises(ApiError, match="value: Forbidden: may not be changed in an update"):
        api.update(made, {"value": 2})


def test_tolerations_of_five_minutes_are_added_once(api: OfflineApi) -> None:
    everything = [{"operator": "Exists"}]
    assert api.create(pod(tolerations=everything))[0]["spec"]["tolerations"] == everything
    keys = [t["key"] for t in api.create(pod("other"))[0]["spec"]["tolerations"]]
    assert keys == ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]


def test_a_runtime_class_is_refused_by_name(api: OfflineApi) -> None:
    with pytest.raises(ApiError, match='RuntimeClass "gvisor" not found'):
        api.create(pod(runtimeClassName="gvisor"))


def test_a_runtime_class_gives_overhead_and_nodes(api: OfflineApi) -> None:
    obj = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "micro"}, "handler": "vm"}
    scheduling = {"nodeSelector": {"vm": "yes"}, "tolerations": [{"key": "vm", "operator": "Exists"}]}
    _, warnings = api.create(obj | {"overhead": {"podFixed": {"cpu": "250m"}}, "scheduling": scheduling})
    assert "is stored and not acted upon on this cluster" in warnings[0]
    spec = api.create(pod(runtimeClassName="micro"))[0]["spec"]
    assert (spec["overhead"], spec["nodeSelector"]) == ({"cpu": "250m"}, {"vm": "yes"})
    assert scheduling["tolerations"][0] in spec["tolerations"]
    assert api.create(pod("same", runtimeClassName="micro", overhead={"cpu": "0.25"}))
    for spec, words in (
        ({"overhead": {"cpu": "1"}}, "Pod Overhead set without corresponding RuntimeClass defined Overhead"),
        ({"runtimeClassName": "micro", "overhead": {"cpu": "1"}}, "Pod's Overhead doesn't match RuntimeClass's"),
        ({"runtimeClassName": "micro", "nodeSelector": {"vm": "no"}}, "conflict: runtimeClass.scheduling"),
    ):
        with pytest.raises(ApiError, match=words):
            api.create(pod("odd", **spec))


def test_the_newest_default_class_is_taken(api: OfflineApi) -> None:
    assert "ingressClassName" not in api.create(ingress(name="before"))[0]["spec"]
    for name, year in (("old", 2024), ("new", 2025)):
        meta = {"name": name, "creationTimestamp": f"{year}-01-01T00:00:00Z"}
        meta["annotations"] = {"ingressclass.kubernetes.io/is-default-class": "true"}
        api.held["ingressclasses.networking.k8s.io", "", name] = {"metadata": meta}
    assert api.create(ingress())[0]["spec"]["ingressClassName"] == "new"
    assert api.create(ingress(ingressClassName="old", name="named"))[0]["spec"]["ingressClassName"] == "old"


def test_generation_counts_changes_of_the_spec_only(api: OfflineApi) -> None:
    old = api.create(ingress())[0]
    labelled = api.update(old, {"metadata": {"labels": {"a": "b"}}})
    assert labelled["metadata"]["generation"] == 1
    assert api.update(labelled, {"spec": {"ingressClassName": "other"}})["metadata"]["generation"] == 2


def test_annotations_of_a_deployment_count_too(api: OfflineApi) -> None:
    old = api.create(deployment())[0]
    assert api.update(old, {"metadata": {"annotations": {"a": "b"}}})["metadata"]["generation"] == 2
    by_status = api.update(old, {"metadata": {"annotations": {"a": "b"}}, "status": {"replicas": 1}}, "status")
    assert by_status["metadata"]["generation"] == 1
    assert by_status["metadata"]["annotations"] == {"a": "b"}


def test_status_and_spec_are_written_apart(api: OfflineApi) -> None:
    old = api.create(ingress())[0]
    changes = {"spec": {"ingressClassName": "x"}, "status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}}
    by_spec, by_status = api.update(old, changes), api.update(old, changes, "status")
    assert (by_spec["spec"]["ingressClassName"], by_spec["status"]) == ("x", {"loadBalancer": {}})
    assert "ingressClassName" not in by_status["spec"]
    assert by_status["status"]["loadBalancer"]["ingress"] == [{"ip": "127.0.0.1"}]


def test_a_daemon_sets_template_generation_counts_templates(api: OfflineApi) -> None:
    old = api.create(deployment() | {"kind": "DaemonSet"})[0]
    key = "deprecated.daemonset.template.generation"
    scaled = api.update(old, {"spec": {"minReadySeconds": 1}})
    assert (scaled["metadata"]["generation"], scaled["metadata"]["annotations"][key]) == (2, "1")
    replaced = api.update(old, {"spec": {"template": {"metadata": {"labels": {"app": "web", "v": "2"}}}}})
    assert replaced["metadata"]["annotations"][key] == "2"


def test_a_namespace_begins_active_and_keeps_its_finalizer(api: OfflineApi) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}}
    old = api.create(namespace)[0]
    assert (old["spec"], old["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})
    assert old["metadata"]["labels"] == {"kubernetes.io/metadata.name": "new"}
    emptied = {"spec": {"finalizers": []}}
    assert api.update(old, emptied)["spec"] == {"finalizers": ["kubernetes"]}
    assert api.update(old, emptied, "finalize")["spec"] == {}


def test_the_quality_of_service_follows_requests_and_limits(api: OfflineApi) -> None:
    def quality(**resources: dict) -> str:
        containers = [{"name": "a", "image": "b", "resources": resources}]
        return api.create(pod(containers=containers))[0]["status"]["qosClass"]

    both = {"cpu": "1", "memory": "1Gi"}
    assert quality() == "BestEffort"
    assert quality(requests={"cpu": "1"}) == "Burstable"
    assert quality(limits=both) == quality(limits=both, requests={"cpu": "1000m", "memory": "1024Mi"}) == "Guaranteed"


def test_a_service_warns_of_what_it_will_ignore(api: OfflineApi) -> None:
    _, warnings = api.create(service(clusterIP="None", sessionAffinity="ClientIP"))
    assert warnings == ["spec.SessionAffinity is ignored for headless services"]


NONSENSE = (None, "", 0, -1, True, {}, [], "UPPER _", {"a": "b"}, ["a"], [{}], [None], {"a": None}, 1.5, 10**12, "80%")


def places(value: object, place: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in places(item, (*place, key)))]


def damaged(obj: dict, chance: random.Random) -> dict:
    """`obj` with one field gone, or replaced by something odd."""
    found = copy.deepcopy(obj)
    *way, last = chance.choice([place for place in places(found) if place and place[0] in ("metadata", "spec")])
    inner: object = found
    for key in way:
        inner = inner[key]  # type: ignore[index]
    if chance.random() < 0.3:
        del inner[last]  # type: ignore[attr-defined]
    else:
        inner[last] = copy.deepcopy(chance.choice(NONSENSE))  # type: ignore[index]
    return found


@pytest.mark.parametrize("whole", [pod(), service(type="NodePort"), ingress(), deployment()], ids=lambda o: o["kind"])
def test_damaged_objects_are_refused_or_completed_but_break_nothing(whole: dict) -> None:
    chance, outcomes = random.Random(36), set()
    complete = OfflineApi().create(whole)[0]
    complete["metadata"].pop("uid")
    for _ in range(200):
        api = OfflineApi()
        try:
            created = api.create(damaged(complete, chance))[0]
            api.update(created, {"metadata": {"labels": {"a": "b"}}})
            outcomes.add("stored")
        except ApiError as error:
            outcomes.add(error.code)
    assert outcomes >= {"stored", 400, 422}


@pytest.mark.parametrize(
    ("resource", "names"),
    [
        ("configmaps", "namespace_lifecycle"),
        ("pods", "namespace_lifecycle limit_ranges service_account priority tolerations runtime_class"),
        ("priorityclasses.scheduling.k8s.io", "namespace_lifecycle priority"),
        ("ingresses.networking.k8s.io", "namespace_lifecycle ingress_class"),
        ("certificatesigningrequests.certificates.k8s.io", "namespace_lifecycle certificate_subject"),
    ],
)
def test_an_object_meets_the_plugins_that_look_at_its_kind_in_kubernetes_order(resource: str, names: str) -> None:
    assert [plugin.__module__.rpartition(".")[2] for plugin in plugins.order(resource)] == names.split()
    last = [plugin.__module__.rpartition(".")[2] for plugin in plugins.last(resource)]
    assert last == (["limit_ranges"] if resource == "pods" else []) + ["resource_quotas"]
