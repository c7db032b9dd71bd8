"""A cluster's Ingresses, read through its API: a stand-in answers as the API does."""

import pytest
from cluster_objects import service
from labcore.errors import Refused
from labtools.migrate import from_cluster
from nginx_ingresses import nginx

INGRESSES = "/apis/networking.k8s.io/v1"


class Api:
    """Lists leave version and kind out of their items; who may not read something gets Refused."""

    def __init__(self, forbidden: str = "") -> None:
        self.asked: list[str] = []
        self._forbidden = forbidden

    def request(self, method: str, path: str) -> dict:
        self.asked.append(path)
        if self._forbidden and path.endswith(self._forbidden):
            raise Refused("forbidden", code=403)
        items = {
            "ingresses": [nginx(name="young"), nginx("/y", name="old")],
            "services": [service("web")],
            "ingressclasses": [{"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}}],
        }.get(path.rpartition("/")[2], [])
        for number, item in enumerate(items):
            item["metadata"]["creationTimestamp"] = f"2026-01-{20 - number}T00:00:00Z"
        bare = [{k: v for k, v in item.items() if k not in ("kind", "apiVersion")} for item in items]
        return {"apiVersion": path[1:].split("/", 1)[1].rsplit("/", 1)[0].split("/namespaces")[0], "items": bare}


def test_the_oldest_ingress_comes_first_as_in_nginx() -> None:
    api = Api()
    found = from_cluster.read(api, "cluster", namespace="n")  # type: ignore[arg-type]
    assert [one.title for one in found.ingresses] == ["n/old", "n/young"] and found.left == []
    assert found.named("Service", "web", "n") and f"{INGRESSES}/namespaces/n/ingresses" in api.asked


def test_all_namespaces_are_one_list() -> None:
    api = Api()
    from_cluster.read(api, "cluster")  # type: ignore[arg-type]
    assert f"{INGRESSES}/ingresses" in api.asked and not any("namespaces" in path for path in api.asked)


@pytest.mark.parametrize("what", ["configmaps", "ingressclasses"])
def test_what_may_not_be_read_is_named(what: str) -> None:
    found = from_cluster.read(Api(what), "cluster")  # type: ignore[arg-type]
    assert len(found.ingresses) == 2 and "may not be read" in found.left[0].why and not found.bad
