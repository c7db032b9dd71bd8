"""Gateways, their classes, the HTTPRoutes and ReferenceGrants of a cluster, read at one moment."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ingress_lab.ingress.routes import GROUP
from labcore.errors import Refused
from labcore.kube.api import Api

from labtools.traefik.objects import Key

KINDS = ("HTTPRoute", "Gateway", "GatewayClass", "ReferenceGrant", "Namespace")
TRAEFIK = "traefik.io/gateway-controller"


@dataclass(frozen=True)
class Gateways:
    """A picture of the cluster; `labels` are those of namespaces, by which a listener may choose."""

    routes: tuple[dict, ...] = ()
    gateways: Mapping[Key, dict] = field(default_factory=dict)
    classes: Mapping[str, dict] = field(default_factory=dict)
    grants: tuple[dict, ...] = ()
    labels: Mapping[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, objects: Iterable[dict]) -> "Gateways":
        """From objects in any order, each with its `kind`."""
        by_kind: dict[str, list[dict]] = {kind: [] for kind in KINDS}
        for obj in objects:
            by_kind[obj["kind"]].append(obj)
        return cls(
            routes=tuple(sorted(by_kind["HTTPRoute"], key=key_of)),
            gateways={key_of(g): g for g in by_kind["Gateway"]},
            classes={c["metadata"]["name"]: c for c in by_kind["GatewayClass"]},
            grants=tuple(by_kind["ReferenceGrant"]),
            labels={n["metadata"]["name"]: n["metadata"].get("labels") or {} for n in by_kind["Namespace"]},
        )

    @classmethod
    def read(cls, api: Api, namespace: str = "") -> "Gateways":
        """All namespaces where that is allowed, else `namespace` alone; none where the kinds are not defined."""
        if api.find(f"{GROUP}/v1", KINDS[0]) is None:
            return cls()
        return cls.of(obj for kind in KINDS for obj in _listed(api, kind, namespace))

    def controller(self, gateway: dict) -> str:
        """The spec.controllerName of its class; "" where there is no such class."""
        return self.classes.get(gateway["spec"]["gatewayClassName"], {}).get("spec", {}).get("controllerName", "")

    def granted(self, route: dict, namespace: str, service: str) -> bool:
        """May this route send to a Service of that namespace?"""
        own = route["metadata"].get("namespace", "")
        return own == namespace or any(
            grant["metadata"].get("namespace") == namespace and _opens(grant["spec"], own, service)
            for grant in self.grants
        )


def key_of(obj: dict) -> Key:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def service_of(gateway: dict) -> Key | None:
    """The Service that a Gateway's address names: gateway.gateway.svc.cluster.local."""
    for address in gateway.get("status", {}).get("addresses") or []:
        name, _, rest = address["value"].partition(".")
        namespace, dot, domain = rest.partition(".")
        if dot and domain.startswith("svc"):
            return namespace, name
    return None


def grant(name: str, source: tuple[str, str], target: tuple[str, str, str]) -> str:
    """The command that lets a kind of a namespace (`source`) refer to an object (`target`: kind, namespace, name)."""
    kind, namespace, referred = target
    obj = {
        "apiVersion": f"{GROUP}/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "from": [{"group": GROUP, "kind": source[0], "namespace": source[1]}],
            "to": [{"group": "", "kind": kind, "name": referred}],
        },
    }
    return f"echo '{json.dumps(obj)}' | kubectl apply -f -"


def _opens(spec: dict, namespace: str, service: str) -> bool:
    """Does a ReferenceGrant let HTTPRoutes of a namespace refer to a Service?"""
    source = {"group": GROUP, "kind": "HTTPRoute", "namespace": namespace}
    return source in spec["from"] and any(
        to["group"] in ("", "core") and to["kind"] == "Service" and to.get("name", service) == service
        for to in spec["to"]
    )


def _listed(api: Api, kind: str, namespace: str) -> Iterator[dict]:
    version = {"ReferenceGrant": f"{GROUP}/v1beta1", "Namespace": "v1"}.get(kind, f"{GROUP}/v1")
    resource = api.find(version, kind)
    for scope in ("", namespace) if resource and resource.namespaced else ("",):
        try:
            yield from ({"kind": kind} | obj for obj in api.list(resource, scope)["items"]) if resource else ()
            return
        except Refused as error:
            if error.code != 403:
                raise
