"""Which ingress controller there is, as far as one may see."""

from fake_api import FakeApi
from ingress_lab.kube.controller import image

POD = {"metadata": {"name": "t"}, "spec": {"containers": [{"name": "t", "image": "docker.io/library/traefik:v3.7"}]}}
CLASS = {"metadata": {"name": "traefik"}, "spec": {"controller": "traefik.io/ingress-controller"}}


class Cluster(FakeApi):
    """`pods` are all Pods, or None where they may not be listed."""

    def __init__(self, pods: list[dict] | None) -> None:
        super().__init__()
        self.pods = pods

    def list(self, resource, namespace="", **_):
        if resource.kind == "IngressClass":
            return {"items": [CLASS]}
        if self.pods is None:
            self.refuse = lambda *_: (403, "Forbidden", "no")
            return self.request("get", "/api/v1/pods")
        return {"items": self.pods}


def test_the_image_of_its_pods() -> None:
    assert image(Cluster([POD])) == "traefik:v3.7"


def test_a_class_without_pods_is_no_controller() -> None:
    assert image(Cluster([])) == ""


def test_a_guest_who_sees_no_pods_goes_by_the_class() -> None:
    assert image(Cluster(None)) == "traefik"
