"""The Gateway API for a case: its definitions and a Traefik that serves it, as notebook 13 installs them."""

from contextlib import suppress
from typing import TYPE_CHECKING

from labcore.errors import LabError, Refused
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.clinic.case import Equipment, Need

if TYPE_CHECKING:
    from labtools.clinic.ground import Ground

_GROUP = "gateway.networking.k8s.io"
_FOLDERS = ("definitions", "controller")
PORT = 8000
"""Of a listener: that of Traefik's entry point."""


def gateway(name: str, allowed: dict) -> dict:
    """A Gateway with one listener, and whose routes this takes: `{"from": "Same"}`."""
    listener = {"name": "web", "protocol": "HTTP", "port": PORT, "allowedRoutes": {"namespaces": allowed}}
    spec = {"gatewayClassName": "traefik", "listeners": [listener]}
    return {"apiVersion": f"{_GROUP}/v1", "kind": "Gateway", "metadata": {"name": name}, "spec": spec}


def route(name: str, parent: dict, host: str, rules: dict[str, dict]) -> dict:
    """An HTTPRoute: `{path: backendRef}`."""
    made = [
        {"matches": [{"path": {"type": "PathPrefix", "value": path}}], "backendRefs": [to]}
        for path, to in rules.items()
    ]
    spec = {"parentRefs": [parent], "hostnames": [host], "rules": made}
    return {"apiVersion": f"{_GROUP}/v1", "kind": "HTTPRoute", "metadata": {"name": name}, "spec": spec}


def grant(name: str, namespace: str, service: str) -> dict:
    """A ReferenceGrant: HTTPRoutes of a namespace may lead to this Service."""
    spec = {
        "from": [{"group": _GROUP, "kind": "HTTPRoute", "namespace": namespace}],
        "to": [{"group": "", "kind": "Service", "name": service}],
    }
    return {"apiVersion": f"{_GROUP}/v1beta1", "kind": "ReferenceGrant", "metadata": {"name": name}, "spec": spec}


def host(drawn: str) -> str:
    """`stadium.porto.example.com` as a host that the entry hands on to the Gateway's controller."""
    label, town, *_ = drawn.split(".")
    return f"{label}-{town}.gateway.example.com"


def _install(ground: "Ground") -> None:
    for folder in _FOLDERS:
        ground.lab.apply(paths.project() / "manifests" / "gateway" / folder)
    ground.api.resources(fresh=True)


def _remove(ground: "Ground") -> None:
    for folder in reversed(_FOLDERS):
        with suppress(LabError):  # the rest goes all the same
            ground.lab.delete(paths.project() / "manifests" / "gateway" / folder, missing_ok=True)
    ground.api.resources(fresh=True)


def _is_ours_or_missing(ground: "Ground") -> bool:
    """Nobody else's definitions are there, which would be replaced and deleted."""
    from ingress_lab.kube import namespaces

    definitions = ground.api.resources().named("customresourcedefinitions")
    try:
        there = ground.api.get(definitions, "", f"gateways.{_GROUP}")
    except Refused as error:
        return error.code == 404 and not ground.access.shared
    return namespaces.is_own(there)


EQUIPMENT = Equipment(_install, _remove)
NEED = Need(phrase("to be a cluster where the lab may install the Gateway API"), _is_ours_or_missing)
