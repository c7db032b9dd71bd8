"""Whether the old controller is gone with all that was its own: what answers, and what is left in the cluster."""

from collections.abc import Iterator

from labcore.errors import Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.capstone import shop
from labtools.capstone.verdict import Verdict
from labtools.capstone.zone import Zone

_LEFT = (
    ("Namespace", "/api/v1/namespaces"),
    ("IngressClass", "/apis/networking.k8s.io/v1/ingressclasses"),
    ("ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
    ("ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"),
)


def closing(zone: Zone) -> Iterator[Verdict]:
    """Names that still lead to it, objects of its own, and Ingresses that nobody serves any more."""
    led = [name for name, place in zone.names().items() if place == shop.OLD_WAY]
    yield Verdict(
        "closing", "ConfigMap dns", phrase("no name that leads to {place}", place=shop.OLD_WAY), ", ".join(led)
    )
    for kind, path in _LEFT:
        found = phrase("there is one") if _there(zone.api, f"{path}/{shop.NGINX}") else ""
        yield Verdict("closing", f"{kind} {shop.NGINX}", phrase("that there is none"), found)
    old = ", ".join(_of_the_old_class(zone.api, zone.namespace))
    yield Verdict("closing", "Ingresses", phrase("none of the class {name}", name=shop.NGINX), old)


def _there(api: Api, path: str) -> bool:
    try:
        found = api.request("get", path)
    except Refused as error:
        if error.code == 404:
            return False
        raise
    return not found["metadata"].get("deletionTimestamp")


def _of_the_old_class(api: Api, namespace: str) -> list[str]:
    listed = api.request("get", f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses")["items"]
    return [each["metadata"]["name"] for each in listed if each["spec"].get("ingressClassName") == shop.NGINX]
