"""A namespace that may not be deleted is emptied: what came with it stays."""

import time

import pytest
from fake_api import FakeApi
from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import LABEL, MANAGER
from ingress_lab.kube.empty_namespace import empty
from labcore.errors import LabError

NAME = "ann-start-here"


class Shared(FakeApi):
    """A cluster whose account may use a namespace, but neither list nor delete namespaces."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse = lambda method, body, query: None
        self.objects[f"/api/v1/namespaces/{NAME}"] = {"metadata": {"name": NAME, "labels": {LABEL: MANAGER}}}

    def request(self, method, path, body=None, **how):
        if path == "/api/v1/namespaces" or (method == "delete" and path == f"/api/v1/namespaces/{NAME}"):
            from fake_api import refusal

            raise refusal(403, "Forbidden", "namespaces is forbidden")
        return super().request(method, path, body, **how)

    def add(self, plural: str, name: str, **more: object) -> None:
        place = f"/api/v1/namespaces/{NAME}/{plural}/{name}"
        self.objects[place] = {"metadata": {"name": name, "namespace": NAME}, **more}

    def left(self) -> list[str]:
        return [path.rpartition(f"{NAME}/")[2] for path in self.objects if f"{NAME}/" in path]


def test_what_the_notebooks_made_goes() -> None:
    api = Shared()
    for plural, name in (("services", "web"), ("pods", "web-1"), ("configmaps", "app")):
        api.add(plural, name)
    api.add("configmaps", "kube-root-ca.crt")
    namespaces.remove(api, NAME)
    assert api.left() == ["configmaps/kube-root-ca.crt"]


@pytest.mark.parametrize("refused", [False, True])
def test_pods_of_a_namespace_that_goes_have_a_second_left(refused: bool) -> None:
    """They serve nobody any more; who may not hasten them waits as long as they take."""
    api, asked = FakeApi(), []
    api.objects[f"/api/v1/namespaces/{NAME}"] = {"metadata": {"name": NAME, "labels": {LABEL: MANAGER}}}

    def refuse(method: str, body: object, query: dict) -> tuple[int, str, str] | None:
        asked.append((method, query))
        return (403, "Forbidden", "pods is forbidden") if refused and "gracePeriodSeconds" in query else None

    api.refuse = refuse
    namespaces.remove(api, NAME)
    assert ("delete", {"gracePeriodSeconds": "1"}) in asked and api.objects == {}


def test_fresh_means_emptied_and_still_there() -> None:
    api = Shared()
    api.add("services", "web")
    namespaces.ensure(api, NAME, fresh=True)
    assert api.left() == [] and f"/api/v1/namespaces/{NAME}" in api.objects


def test_a_namespace_without_the_label_is_left_alone() -> None:
    api = Shared()
    api.objects[f"/api/v1/namespaces/{NAME}"]["metadata"]["labels"] = {}
    api.add("services", "theirs")
    with pytest.raises(LabError, match="it is not the lab's"):
        namespaces.remove(api, NAME)
    assert api.left() == ["services/theirs"]


def test_reset_empties_the_namespaces_that_it_knows_and_cannot_list() -> None:
    api = Shared()
    api.add("services", "web")
    assert namespaces.remove_all(api, "ann-", known=[NAME, "ann-gone", "bob-x"]) == [f"namespace/{NAME} (emptied)"]
    assert api.left() == []


class Publisher(Shared):
    """Publishes a ConfigMap into the namespace, as some clusters do, and again whenever it is gone."""

    def __init__(self, *, delay: int = 0) -> None:
        super().__init__()
        self._made, self._delay, self._missing = 0, delay, 0

    def request(self, method, path, body=None, **how):
        if method == "get" and path.endswith("configmaps"):
            self._publish()
        return super().request(method, path, body, **how)

    def _publish(self) -> None:
        if f"/api/v1/namespaces/{NAME}/configmaps/istio-ca-root-cert" in self.objects:
            return
        self._missing += 1
        if self._missing > self._delay:
            self._made, self._missing = self._made + 1, 0
            self.add("configmaps", "istio-ca-root-cert", uid=f"uid-{self._made}")

    def add(self, plural: str, name: str, uid: str = "", **more: object) -> None:
        super().add(plural, name, **more)
        self.objects[f"/api/v1/namespaces/{NAME}/{plural}/{name}"]["metadata"]["uid"] = uid or name


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_what_comes_back_is_not_waited_for(delay: int) -> None:
    api = Publisher(delay=delay)
    api.add("configmaps", "app")
    api.add("services", "web")
    began = time.monotonic()
    namespaces.remove(api, NAME)
    assert time.monotonic() - began < 5
    assert not {"configmaps/app", "services/web"} & set(api.left())


def test_what_came_with_the_namespace_is_left_alone() -> None:
    api = Shared()
    api.objects[f"/api/v1/namespaces/{NAME}"]["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    for name, manager, second in (
        ("openshift-service-ca.crt", "service-ca-operator", 1),
        ("app", "kubectl-client-side-apply", 1),
        ("labs", "ingress-lab", 0),
        ("later", "service-ca-operator", 30),
    ):
        api.add("configmaps", name)
        meta = api.objects[f"/api/v1/namespaces/{NAME}/configmaps/{name}"]["metadata"]
        meta |= {"creationTimestamp": f"2026-01-01T00:00:{second:02}Z", "managedFields": [{"manager": manager}]}
    namespaces.remove(api, NAME)
    assert api.left() == ["configmaps/openshift-service-ca.crt"]


class StatefulSet(Shared):
    """Makes its Pod anew once under its own name, and is gone itself when the Pods have been listed a few times."""

    def __init__(self) -> None:
        super().__init__()
        self._lists = 0
        self._make("uid-1")

    def _make(self, uid: str) -> None:
        self.add("pods", "web-0")
        owner = {"kind": "StatefulSet", "name": "web", "controller": True}
        self.objects[f"/api/v1/namespaces/{NAME}/pods/web-0"]["metadata"] |= {"uid": uid, "ownerReferences": [owner]}

    def request(self, method, path, body=None, **how):
        answer = super().request(method, path, body, **how)
        if method == "delete" and path.endswith("web-0"):
            self._make("uid-2")
        if method == "get" and path.endswith("pods"):
            self._lists += 1
            if self._lists == 4:
                self.objects.pop(f"/api/v1/namespaces/{NAME}/pods/web-0")
        return answer


def test_a_pod_that_its_controller_makes_anew_is_waited_for() -> None:
    api = StatefulSet()
    namespaces.remove(api, NAME)
    assert api.left() == []


def test_pods_are_left_to_what_owns_them_and_only_kinds_with_a_rest_are_listed_again() -> None:
    api = StatefulSet()
    asked: list[tuple[str, str]] = []
    request = api.request
    api.request = lambda method, path, body=None, **how: (
        asked.append((method, path)),
        request(method, path, body, **how),
    )[1]  # type: ignore[method-assign]
    empty(api, NAME, 5)
    assert api.left() == []
    assert not any(method == "delete" and path.endswith("web-0") for method, path in asked)
    listed = [path.rpartition("/")[2] for method, path in asked if method == "get"]
    assert listed.count("pods") > listed.count("services") == 2
