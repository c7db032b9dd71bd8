"""The objects on the way of a request, read at one moment: Ingresses, their classes, Services, EndpointSlices, Pods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from labcore.errors import Refused
from labcore.kube.api import Api

Key = tuple[str, str]  # namespace, name
SERVICE_NAME = "kubernetes.io/service-name"


@dataclass(frozen=True)
class Objects:
    """A picture of the cluster; `everywhere` is False when only one namespace may be read.

    `secrets`: those that were looked for; None for one that is not there.
    """

    ingresses: tuple[dict, ...] = ()
    classes: tuple[dict, ...] = ()
    services: Mapping[Key, dict] = field(default_factory=dict)
    slices: Mapping[Key, tuple[dict, ...]] = field(default_factory=dict)
    pods: Mapping[Key, dict] = field(default_factory=dict)
    deployments: Mapping[Key, dict] = field(default_factory=dict)
    everywhere: bool = True
    secrets: Mapping[Key, dict | None] = field(default_factory=dict)

    @classmethod
    def of(cls, objects: Iterable[dict], *, everywhere: bool = True) -> "Objects":
        """From objects in any order, each with its `kind`."""
        by_kind: dict[str, list[dict]] = {}
        for obj in objects:
            by_kind.setdefault(obj["kind"], []).append(obj)
        slices: dict[Key, list[dict]] = {}
        for piece in by_kind.get("EndpointSlice", []):
            service = (piece["metadata"].get("labels") or {}).get(SERVICE_NAME, "")
            slices.setdefault((_namespace(piece), service), []).append(piece)
        return cls(
            ingresses=tuple(sorted(by_kind.get("Ingress", []), key=_key)),
            classes=tuple(by_kind.get("IngressClass", [])),
            services={_key(s): s for s in by_kind.get("Service", [])},
            slices={key: tuple(sorted(endpoint_slices, key=_key)) for key, endpoint_slices in slices.items()},
            pods={_key(p): p for p in by_kind.get("Pod", [])},
            deployments={_key(d): d for d in by_kind.get("Deployment", [])},
            everywhere=everywhere,
            secrets={_key(s): s for s in by_kind.get("Secret", [])},
        )

    @classmethod
    def read(cls, api: Api, namespace: str = "") -> "Objects":
        """All namespaces where that is allowed, else `namespace` alone."""
        try:
            return cls.of([*_listed(api, ""), *_extras(api, "")])
        except Refused as error:
            if error.code != 403 or not namespace:
                raise
        return cls.of([*_listed(api, namespace), *_extras(api, namespace)], everywhere=False)

    def service(self, namespace: str, name: str) -> dict | None:
        """None where it is not there, or may not be read."""
        return self.services.get((namespace, name))

    def slices_of(self, namespace: str, service: str) -> tuple[dict, ...]:
        """The EndpointSlices of a Service; none for a Service that is not there."""
        return self.slices.get((namespace, service), ())


def service_port(service: dict, number: int | None, name: str | None) -> dict | None:
    """The port of a Service that an Ingress means, by number or by name."""
    ports = service.get("spec", {}).get("ports") or []
    return next((p for p in ports if (number and p["port"] == number) or (name and p.get("name") == name)), None)


def endpoints(slices: Iterable[dict], port_name: str) -> list[dict]:
    """The endpoints that may be sent requests for a port: those that serve, in slices that have the port."""
    return [
        endpoint
        for piece in slices
        if any((p.get("name") or "") == port_name and p.get("port") for p in piece.get("ports") or [])
        for endpoint in piece.get("endpoints") or []
        if serves(endpoint)
    ]


def serves(endpoint: dict) -> bool:
    """`serving` where it is told, else `ready`; an untold condition counts as true (API reference)."""
    conditions = endpoint.get("conditions") or {}
    serving = conditions.get("serving")
    return bool(conditions.get("ready", True) if serving is None else serving)


def _listed(api: Api, namespace: str) -> Iterable[dict]:
    for name in ("ingresses", "services", "endpointslices", "pods"):
        resource = api.resources().named(name)
        yield from ({"kind": resource.kind} | obj for obj in api.list(resource, namespace)["items"])


def _extras(api: Api, namespace: str) -> Iterable[dict]:
    """What helps, and is done without where it may not be read."""
    for name in ("ingressclasses", "deployments"):
        resource = api.resources().named(name)
        try:
            items = api.list(resource, namespace if resource.namespaced else "")["items"]
        except Refused as error:
            if error.code != 403:
                raise
            continue
        yield from ({"kind": resource.kind} | obj for obj in items)


def _namespace(obj: dict) -> str:
    return obj["metadata"].get("namespace", "")


def _key(obj: dict) -> Key:
    return _namespace(obj), obj["metadata"]["name"]
