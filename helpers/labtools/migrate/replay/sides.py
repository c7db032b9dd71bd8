"""The four sides: for each, how the folder's objects become its own, and which controller serves them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from labcore.machine import paths
from labcore.yaml.documents import load

from labtools.migrate.replay import controllers
from labtools.migrate.replay.controllers import Controller
from labtools.migrate.replay.moving import with_class

REFERENCE = "nginx"
CANDIDATES = ("provider", "ingress", "gateway")

Objects = Sequence[dict]
Conversion = Callable[[Objects, str], tuple[list[dict], list[str]]]
"""The folder's objects and a candidate to what is applied for it, and sentences on what is not."""


class _Controlled(Protocol):
    def __call__(self, namespaces: Sequence[str]) -> Controller: ...


@dataclass(frozen=True)
class Side:
    """`converted` makes its objects of the folder's; `controller` serves them, and is in the first namespace."""

    name: str
    converted: Callable[[Objects], tuple[list[dict], list[str]]]
    controller: _Controlled
    definitions: Callable[[], list[dict]] = list


def as_they_are(objects: Objects, candidate: str) -> tuple[list[dict], list[str]]:
    """No conversion."""
    return list(objects), []


def side(name: str, conversion: Conversion) -> Side:
    """One of the four by its name."""
    return {REFERENCE: _nginx, "provider": _provider, "ingress": _ingress, "gateway": _gateway}[name](conversion)


def _nginx(conversion: Conversion) -> Side:
    """Real nginx, as a controller of the lab's configures it by ingress-nginx's template: the Ingresses as they are."""
    name, word = "migrate-nginx", "ingress-lab/migrate-nginx"
    return Side(
        REFERENCE,
        lambda objects: ([_class(name, word), *with_class(objects, name)], []),
        lambda namespaces: controllers.nginx(namespaces[0], word),
    )


def _provider(conversion: Conversion) -> Side:
    """Traefik's nginx provider."""
    name, word, flags = "migrate-provider", "ingress-lab/migrate-provider", "--providers.kubernetesingressnginx"
    args = (f"{flags}=true", f"{flags}.controllerclass={word}", f"{flags}.ingressclass={name}")

    def converted(objects: Objects) -> tuple[list[dict], list[str]]:
        made, left = conversion(objects, "provider")
        return [_class(name, word), *with_class(made, name)], left

    return Side("provider", converted, lambda namespaces: controllers.traefik("provider", namespaces[0], args))


def _ingress(conversion: Conversion) -> Side:
    """Traefik's own Ingress provider, with Middlewares.

    The class stands in the old annotation: by `spec.ingressClassName` the lab's own Traefik would serve it as well, for
    it serves every class of Traefik's.
    """
    name, flags = "migrate-ingress", "--providers.kubernetesingress"
    args = (f"{flags}=true", f"{flags}.strictprefixmatching=true", f"{flags}.allowemptyservices=true",
            f"{flags}.ingressclass={name}", "--providers.kubernetescrd=true")  # fmt: skip

    def converted(objects: Objects) -> tuple[list[dict], list[str]]:
        made, left = conversion(objects, "ingress")
        return with_class(made, name, by_annotation=True), left

    def controller(namespaces: Sequence[str]) -> Controller:
        own = f"--providers.kubernetescrd.namespaces={','.join(namespaces)}"
        return controllers.traefik("ingress", namespaces[0], (*args, own))

    return Side("ingress", converted, controller, controllers.traefik_kinds)


def _gateway(conversion: Conversion) -> Side:
    """Traefik's Gateway provider."""
    name, flags = "migrate-gateway", "--providers.kubernetesgateway"

    def converted(objects: Objects) -> tuple[list[dict], list[str]]:
        made, left = conversion(objects, "gateway")
        for obj in made:
            if obj["kind"] == "Gateway":
                obj["spec"]["gatewayClassName"] = name
        return [_gateway_class(name), *(obj for obj in made if obj["kind"] != "Ingress")], left

    def controller(namespaces: Sequence[str]) -> Controller:
        args = (f"{flags}=true", f"{flags}.namespaces={','.join(namespaces)}")
        return controllers.traefik("gateway", namespaces[0], args, own_tls=True)

    definitions = paths.project() / "manifests" / "gateway" / "definitions"
    return Side("gateway", converted, controller, lambda: [document.obj for document in load(definitions)])


def _class(name: str, controller: str) -> dict:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": name},
        "spec": {"controller": controller},
    }


def _gateway_class(name: str) -> dict:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": name},
        "spec": {"controllerName": "traefik.io/gateway-controller"},
    }
