"""A namespace that may not be deleted is emptied: what came with it stays."""

import pytest
from fake_api import FakeApi
from ingress_lab import namespaces
from ingress_lab.applying import LABEL, MANAGER
from ingress_lab.errors import LabError

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
