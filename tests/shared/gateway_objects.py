"""Gateways and HTTPRoutes for tests, and the cluster's controller for them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from ingress_lab.lab import Lab

MANIFESTS = Path(__file__).parents[2] / "manifests"
GATEWAY = MANIFESTS / "gateway"
GROUP = "gateway.networking.k8s.io"
DEADLINE = 20.0
WEB = {"name": "web", "port": 8000, "protocol": "HTTP"}


def gateway(name: str, *listeners: dict, **spec: Any) -> dict:
    made = {"gatewayClassName": "traefik", "listeners": list(listeners or [WEB])} | spec
    return {"apiVersion": f"{GROUP}/v1", "kind": "Gateway", "metadata": {"name": name}, "spec": made}


def route(name: str, host: str, rules: str, parent: str = "{name: edge}", **meta: str) -> dict:
    """An HTTPRoute whose rules and parent are written in YAML; `host` is what stands before .gateway.example.com."""
    hosts = {"hostnames": [f"{host}.gateway.example.com"]} if host else {}
    spec = {"parentRefs": [yaml.safe_load(parent)], "rules": yaml.safe_load(rules)} | hosts
    return {"apiVersion": f"{GROUP}/v1", "kind": "HTTPRoute", "metadata": {"name": name} | meta, "spec": spec}


def to(service: str, port: int = 80) -> str:
    """Rules that send everything to one Service."""
    return f"[{{backendRefs: [{{name: {service}, port: {port}}}]}}]"


def install(lab: Lab) -> None:
    """Definitions, controller, applications www-svc, wild-svc, help-svc, rest-svc, team-svc, and the Gateway edge."""
    lab.apply(GATEWAY / "definitions")
    lab.apply(GATEWAY / "controller")
    for file in ("app.yaml", "applications.yaml"):
        lab.apply(MANIFESTS / "names" / file)
    lab.apply(gateway("edge"))
    lab.wait("deployments", timeout=60)
    lab.wait("gateways", timeout=60)


def remove(lab: Lab) -> None:
    for folder in ("controller", "definitions"):
        lab.delete(GATEWAY / folder, missing_ok=True)
    lab.clean_up()


def until(holds: Callable[[], Any], wanted: Any) -> Any:
    """What it is at last: `wanted`, or what is there when the time is over."""
    end = time.monotonic() + DEADLINE
    while (found := holds()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return found


def conditions(holder: dict) -> dict[str, str]:
    """{type: reason, or the status where that is True} of conditions."""
    return {c["type"]: "True" if c["status"] == "True" else c["reason"] for c in holder.get("conditions") or ()}


def of_route(lab: Lab, name: str) -> dict[str, str]:
    """The conditions that the first parent's controller wrote."""
    parents = (lab.object(f"httproute/{name}").get("status") or {}).get("parents") or [{}]
    return conditions(parents[0])


def answers(lab: Lab, *urls: str, **settings: Any) -> list[str]:
    return [a.outcome for a in lab.probe([f"http://{url}" for url in urls], **settings)]
