"""Conditions to wait for, as `kubectl wait --for` and `kubectl rollout status` know them.

A condition is a function of one object: what is still missing, in words, or "" when it is true.
"""

from collections.abc import Callable
from dataclasses import dataclass

from labcore.errors import BadArgument
from labcore.language.messages import phrase

Missing = Callable[[dict], str]


@dataclass(frozen=True)
class Condition:
    """A named condition; `gone` waits for the object's end instead."""

    name: str
    missing: Missing
    gone: bool = False


def condition(kind: str, asked: str | Missing | None) -> Condition:
    """`Ready`, `Ready=False`, `deleted`, a path such as `.status.replicas=3`, a function, or (None) the kind's own."""
    if callable(asked):
        return Condition(getattr(asked, "__name__", "condition"), asked)
    if asked is None:
        return _OWN.get(kind, Condition(phrase("there"), lambda obj: ""))
    if asked in ("deleted", "delete"):
        return Condition(phrase("deleted"), lambda obj: phrase("still there"), gone=True)
    name, _, value = asked.partition("=")
    if name.startswith("."):
        return Condition(asked, lambda obj: _path_missing(obj, name, value))
    return Condition(asked, lambda obj: _condition_missing(obj, name, value or "True"))


def _condition_missing(obj: dict, name: str, value: str) -> str:
    """A condition of an older generation says nothing about the object as it now is."""
    for present in obj.get("status", {}).get("conditions") or []:
        if present["type"].lower() != name.lower():
            continue
        if present.get("observedGeneration", obj["metadata"].get("generation", 0)) < obj["metadata"].get(
            "generation", 0
        ):
            return phrase("{name} not yet observed", name=name)
        return (
            ""
            if present["status"].lower() == value.lower()
            else phrase("{name} is {status}", name=name, status=present["status"])
        )
    there = ", ".join(present["type"] for present in obj.get("status", {}).get("conditions") or [])
    return phrase("no condition {name} yet", name=name) + (
        phrase(" (there are: {there})", there=there) if there else ""
    )


def _path_missing(obj: dict, path: str, value: str) -> str:
    value_there: object = obj
    for part in path.strip(".").split("."):
        if isinstance(value_there, list) and part.isdigit():
            value_there = value_there[int(part)] if int(part) < len(value_there) else None
        elif isinstance(value_there, dict):
            value_there = value_there.get(part)
        else:
            raise BadArgument(phrase("{path} leads to no field; write it as .status.readyReplicas=2", path=path))
    text = (
        "" if value_there is None else str(value_there).lower() if isinstance(value_there, bool) else str(value_there)
    )
    if value:
        return "" if text == value else phrase("{path} is {text}", path=path, text=text or phrase("not set"))
    return "" if text else phrase("{path} is not set", path=path)


def _deployment(obj: dict) -> str:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    replicas = spec.get("replicas", 1)
    if status.get("observedGeneration", 0) < obj["metadata"].get("generation", 0):
        return phrase("its controller has not seen the change yet")
    if status.get("updatedReplicas", 0) < replicas:
        return phrase("{updated} of {wanted} Pods updated", updated=status.get("updatedReplicas", 0), wanted=replicas)
    if status.get("replicas", 0) > replicas:
        return phrase("{replicas} old Pods still there", replicas=status["replicas"] - replicas)
    available = status.get("availableReplicas", 0)
    return (
        ""
        if available >= replicas
        else phrase("{available} of {wanted} Pods available", available=available, wanted=replicas)
    )


def _daemon_set(obj: dict) -> str:
    status = obj.get("status", {})
    if status.get("observedGeneration", 0) < obj["metadata"].get("generation", 0):
        return phrase("its controller has not seen the change yet")
    nodes, ready = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
    if status.get("updatedNumberScheduled", 0) < nodes:
        return phrase(
            "{updated} of {wanted} Pods updated", updated=status.get("updatedNumberScheduled", 0), wanted=nodes
        )
    return "" if ready >= nodes else phrase("{ready} of {wanted} Pods ready", ready=ready, wanted=nodes)


def _replica_set(obj: dict) -> str:
    replicas, ready = obj.get("spec", {}).get("replicas", 1), obj.get("status", {}).get("readyReplicas", 0)
    return "" if ready == replicas else phrase("{ready} of {wanted} Pods ready", ready=ready, wanted=replicas)


def _load_balanced(obj: dict) -> str:
    return (
        "" if obj.get("status", {}).get("loadBalancer", {}).get("ingress") else phrase("no address in its status yet")
    )


def _accepted_route(obj: dict) -> str:
    """Every Gateway that an HTTPRoute names has taken it, and what it refers to is there."""
    seen = {p["parentRef"]["name"]: p for p in obj.get("status", {}).get("parents") or []}
    for parent in obj["spec"].get("parentRefs") or []:
        name = parent["name"]
        if name not in seen:
            return phrase("no controller has answered for Gateway {name} yet", name=name)
        for present in seen[name]["conditions"]:
            if present["status"] != "True":
                return phrase("not accepted by Gateway {name}: {reason}", name=name, reason=present["reason"])
    return ""


_OWN = {
    "Deployment": Condition(phrase("available"), _deployment),
    "DaemonSet": Condition(phrase("ready"), _daemon_set),
    "ReplicaSet": Condition(phrase("ready"), _replica_set),
    "Pod": Condition("Ready", lambda obj: _condition_missing(obj, "Ready", "True")),
    "Node": Condition("Ready", lambda obj: _condition_missing(obj, "Ready", "True")),
    "Ingress": Condition(phrase("address"), _load_balanced),
    "GatewayClass": Condition("Accepted", lambda obj: _condition_missing(obj, "Accepted", "True")),
    "Gateway": Condition("Programmed", lambda obj: _condition_missing(obj, "Programmed", "True")),
    "HTTPRoute": Condition("Accepted", _accepted_route),
    "CustomResourceDefinition": Condition("Established", lambda obj: _condition_missing(obj, "Established", "True")),
}
