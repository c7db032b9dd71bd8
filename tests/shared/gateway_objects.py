"""Gateways and HTTPRoutes for tests, and the cluster's controller for them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from ingress_lab.lab import Lab

MANIFESTS = Path(__file__).parents[2] / "manifests"
GATEWAY = MANIFESTS / "gateway"
DOMAIN = "gateway.example.com"
GROUP = "gateway.networking.k8s.io"
TRAEFIK, ENVOY = GATEWAY / "controller", MANIFESTS / "controllers" / "envoy"
DEADLINE = 20.0
WEB = {"name": "web", "port": 8000, "protocol": "HTTP"}


def gateway(name: str, *listeners: dict, **spec: Any) -> dict:
    made = {"gatewayClassName": "traefik", "listeners": list(listeners or [WEB])} | spec
    return {"apiVersion": f"{GROUP}/v1", "kind": "Gateway", "metadata": {"name": name}, "spec": made}


def route(name: str, host: str, rules: str, parent: str = "{name: edge}", under: str = DOMAIN, **meta: str) -> dict:
    """An HTTPRoute whose rules and parent are written in YAML; `host` is what stands before .gateway.example.com."""
    hosts = {"hostnames": [f"{host}.{under}"]} if host else {}
    spec = {"parentRefs": [yaml.safe_load(parent)], "rules": yaml.safe_load(rules)} | hosts
    return {"apiVersion": f"{GROUP}/v1", "kind": "HTTPRoute", "metadata": {"name": name} | meta, "spec": spec}


def to(service: str, port: int = 80) -> str:
    """Rules that send everything to one Service."""
    return f"[{{backendRefs: [{{name: {service}, port: {port}}}]}}]"


def install(lab: Lab, controller: Path = TRAEFIK, class_name: str = "traefik") -> None:
    """Definitions, controller, applications www-svc, wild-svc, help-svc, rest-svc, team-svc, and the Gateway edge."""
    lab.apply(GATEWAY / "definitions")
    lab.apply(controller)
    for file in ("app.yaml", "applications.yaml"):
        lab.apply(MANIFESTS / "names" / file)
    lab.apply(gateway("edge", gatewayClassName=class_name))
    lab.wait("deployments", timeout=60)
    wait_ready(lab, class_name)
    lab.wait("gateways", timeout=60)


def wait_ready(lab: Lab, class_name: str) -> None:
    """The controller's own namespace is not the lab's."""
    namespace = "gateway" if class_name == "traefik" else class_name
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{namespace}"
    assert until(lambda: (lab.api.request("get", path).get("status") or {}).get("availableReplicas"), 1) == 1


def remove(lab: Lab, controller: Path = TRAEFIK) -> None:
    for folder in (controller, GATEWAY / "definitions"):
        lab.delete(folder, missing_ok=True)
    lab.clean_up()


def until(holds: Callable[[], Any], wanted: Any) -> Any:
    """What it is at last: `wanted`, or what is there when the time is over."""
    end = time.monotonic() + DEADLINE
    while (found := holds()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return found


def conditions(holder: dict) -> dict[str, str]:
    """{type: reason, or the status where that is True} of conditions."""
    return {
        c["type"]: "True" if c["status"] == "True" else c.get("reason", "False") for c in holder.get("conditions") or ()
    }


def of_route(lab: Lab, name: str) -> dict[str, str]:
    """The conditions that the first parent's controller wrote."""
    parents = (lab.object(f"httproute/{name}").get("status") or {}).get("parents") or [{}]
    return conditions(parents[0])


def answers(lab: Lab, *urls: str, **settings: Any) -> list[str]:
    return [a.outcome for a in lab.probe([f"http://{url}" for url in urls], **settings)]
