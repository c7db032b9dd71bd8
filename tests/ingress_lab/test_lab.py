"""The learner's verbs against a stand-in API."""

from collections.abc import Iterator

import pytest
from fake_api import FakeApi
from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import LABEL, MANAGER
from ingress_lab.lab import Lab
from ingress_lab.lessons import exercises
from labcore.clusters import Entry
from labcore.errors import BadArgument, LabError, TimedOut, UnknownName
from stand_in import StandIn, running

PODS = "/api/v1/namespaces/ns/pods"


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def lab(api: FakeApi) -> Lab:
    return Lab(api, "ns", Entry("127.0.0.1", 1, 1))


def pod(api: FakeApi, suffix: str, created: str) -> None:
    meta = {"name": f"web-7c9d8b6f5-{suffix}", "generateName": "web-7c9d8b6f5-", "creationTimestamp": created}
    meta["labels"] = {"pod-template-hash": "7c9d8b6f5"}
    api.put(f"{PODS}/{meta['name']}", {"kind": "Pod", "metadata": meta})


def test_an_alias_names_a_pod(api: FakeApi, lab: Lab) -> None:
    pod(api, "zzzzz", "1")
    pod(api, "bbbbb", "2")
    lab.objects("pods")
    assert lab.object("pod/web-1")["metadata"]["name"] == "web-7c9d8b6f5-zzzzz"
    deleted = lab.delete("pod", "web-2")
    assert deleted.to_numpy().tolist() == [["pod/web-2", "deleted"]]
    assert ("delete", f"{PODS}/web-7c9d8b6f5-bbbbb") in api.requests


def test_wrong_names_lead_to_right_ones(api: FakeApi, lab: Lab) -> None:
    api.put("/api/v1/namespaces/ns/services/order", {"metadata": {"name": "order"}})
    with pytest.raises(UnknownName, match='the nearest is "order"'):
        lab.object("service/oder")
    with pytest.raises(UnknownName, match='the nearest is "service"'):
        lab.get("servise")
    with pytest.raises(BadArgument, match="service/NAME"):
        lab.delete("service")


def test_what_a_manifest_holds_is_deleted(api: FakeApi, lab: Lab) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}
    lab.apply(manifest)
    assert lab.delete([manifest]).to_numpy().tolist() == [["configmap/one", "deleted"]]
    assert api.objects == {}


def test_a_folder_of_manifests_is_deleted(lab: Lab, tmp_path) -> None:
    (tmp_path / "one.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}")
    lab.apply(str(tmp_path))
    assert lab.delete(str(tmp_path))["object"].tolist() == ["configmap/one"]


def test_a_namespace_is_made_with_the_label_and_emptied_of_an_earlier_run(api: FakeApi) -> None:
    namespaces.ensure(api, "ns", fresh=True)
    assert api.objects["/api/v1/namespaces/ns"]["metadata"]["labels"] == {LABEL: MANAGER}
    namespaces.ensure(api, "ns", fresh=False)
    assert ("delete", "/api/v1/namespaces/ns") not in api.requests
    namespaces.ensure(api, "ns", fresh=True)
    assert ("delete", "/api/v1/namespaces/ns") in api.requests and "/api/v1/namespaces/ns" in api.objects


def test_what_is_not_the_labs_is_left_alone(api: FakeApi) -> None:
    api.put("/api/v1/namespaces/prod", {"metadata": {"name": "prod"}})
    api.put("/apis/networking.k8s.io/v1/ingressclasses/theirs", {"metadata": {"name": "theirs"}})
    with pytest.raises(LabError, match="not the lab's"):
        namespaces.ensure(api, "prod", fresh=True)
    namespaces.ensure(api, "mine", fresh=True)
    assert namespaces.remove_all(api) == ["namespace/mine"]
    assert len(api.objects) == 2


def test_waiting_for_a_route(api: FakeApi, server: StandIn) -> None:
    lab = Lab(api, "ns", server.entry)
    assert lab.wait_routed("http://abc.sample.com/", service="abc-svc").services == ["abc-svc"]
    assert lab.wait_routed("http://abc.sample.com/nobody", status=404).statuses == [404]
    with pytest.raises(TimedOut, match=r"was not answered by xyz-svc within 0\.05 s; the last answer: abc-svc"):
        lab.wait_routed("http://abc.sample.com/", service="xyz-svc", timeout=0.05)


def test_settling_leaves_no_marker_even_when_nobody_routes(api: FakeApi, server: StandIn) -> None:
    lab = Lab(api, "ns", server.entry)
    api.put("/apis/networking.k8s.io/v1/ingressclasses/traefik", {"metadata": {"name": "traefik"}})
    ingress = {"metadata": {"name": "i"}, "spec": {"ingressClassName": "traefik"}}
    api.put("/apis/networking.k8s.io/v1/namespaces/ns/ingresses/i", ingress)
    before = dict(api.objects)
    with pytest.raises(TimedOut):
        lab.settle(timeout=0.05)
    assert api.objects == before
    assert sum(method == "post" for method, _ in api.requests) == 2


def test_an_exercise_names_the_first_url_that_goes_elsewhere(api: FakeApi, server: StandIn) -> None:
    lab = Lab(api, "ns", server.entry)
    result = lab.check("07.1")
    assert not result
    assert result.sentence == (
        "Exercise 07.1 is not solved yet: http://market.example.com/order should get the Service order; "
        "it was answered by market-svc."
    )


def test_hints_come_one_at_a_time_and_solutions_are_manifests(lab: Lab) -> None:
    for exercise in exercises.ALL.values():
        exercises._hints_given.pop(exercise.name, None)
        shown = [lab.hint(exercise.name).markdown for _ in range(len(exercise.hints) + 1)]
        assert len(set(shown)) == len(exercise.hints) and shown[-1] == shown[-2]
        assert lab.hint(exercise.name, 1).markdown.startswith(exercise.hints[0])
        assert (
            lab.solution(exercise.name).markdown.startswith("```yaml\n")
            and "\napiVersion" in lab.solution(exercise.name).markdown
        )
    with pytest.raises(UnknownName, match=r"07\.3"):
        lab.check("07.9")
    with pytest.raises(BadArgument):
        lab.hint("07.1", 9)
