"""How much one object uses, by the names that a quota has for it (pkg/quota/v1/evaluator/core)."""

from collections.abc import Iterable

from loopkube.kinds.shared.resource_names import COMPUTE, COUNTED
from loopkube.shared import quantity

Usage = dict[str, str]
"""{name in `spec.hard`: quantity}."""

PODS, SERVICES, CLAIMS = "pods", "services", "persistentvolumeclaims"
ASKED_OF_EACH = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
"""Names that every container has to specify as soon as a quota has them."""
_COUNT, _REQUESTS, _LIMITS = "count/", "requests.", "limits."
_STORAGE, _OF_CLASS = "requests.storage", ".storageclass.storage.k8s.io/"


def resource_of(name: str) -> str:
    """Which objects a name in `spec.hard` counts."""
    if name.startswith(_COUNT):
        return name.removeprefix(_COUNT)
    if name == _STORAGE or _OF_CLASS in name:
        return CLAIMS
    if name.startswith(f"{SERVICES}."):
        return SERVICES
    return name if name in COUNTED else PODS


def of(resource: str, obj: dict) -> Usage:
    """{name in a quota: amount} of one object, which counts for its kind as well as for what it takes."""
    counted = {f"{_COUNT}{resource}": "1"}
    if resource == PODS:
        return counted | ({} if _is_over(obj) else of_pod(obj["spec"]))
    if resource in COUNTED:
        counted[resource] = "1"
    if resource == SERVICES:
        counted |= _of_service(obj["spec"])
    elif resource == CLAIMS:
        counted |= _of_claim(obj["spec"])
    return counted


def total(usages: Iterable[Usage]) -> Usage:
    """The sums, name by name, as quantities."""
    amounts: dict[str, list[str]] = {}
    for usage in usages:
        for name, amount in usage.items():
            amounts.setdefault(name, []).append(amount)
    return {name: quantity.total(each) for name, each in amounts.items()}


def of_pod(spec: dict) -> Usage:
    """What a Pod counts while it has not ended."""
    return {PODS: "1"} | of_container({side: side_of(spec, side) for side in ("requests", "limits")})


def of_container(resources: dict) -> Usage:
    """Of its requests and limits."""
    counted: Usage = {}
    for name, amount in (resources.get("requests") or {}).items():
        counted[f"{_REQUESTS}{name}"] = amount
        if "/" not in name:
            counted[name] = amount
    limits = resources.get("limits") or {}
    return counted | {f"{_LIMITS}{name}": limits[name] for name in COMPUTE if name in limits}


def side_of(spec: dict, side: str) -> dict[str, str]:
    """The containers together, or the largest step of the start, whichever is more; and the overhead."""
    running, largest = [_side(container, side) for container in spec.get("containers") or ()], []
    beside: list[dict[str, str]] = []
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            beside.append(_side(container, side))
            largest.append(total(beside))
        else:
            largest.append(total([*beside, _side(container, side)]))
    needed = _most([total([*running, *beside]), *largest]) | ((spec.get("resources") or {}).get(side) or {})
    overhead = spec.get("overhead") or {}
    return total([needed, {name: overhead[name] for name in overhead if side == "requests" or name in needed}])


def _side(container: dict, side: str) -> dict[str, str]:
    return (container.get("resources") or {}).get(side) or {}


def _most(usages: list[Usage]) -> Usage:
    names = {name for usage in usages for name in usage}
    return {name: max((usage[name] for usage in usages if name in usage), key=quantity.parse) for name in names}


def _of_service(spec: dict) -> Usage:
    kind, ports = spec.get("type"), spec.get("ports") or ()
    nodes = ports if kind == "NodePort" else [port for port in ports if kind == "LoadBalancer" and port.get("nodePort")]
    return {"services.nodeports": str(len(nodes)), "services.loadbalancers": str(int(kind == "LoadBalancer"))}


def _of_claim(spec: dict) -> Usage:
    counted, storage = {}, ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if storage:
        counted[_STORAGE] = storage
    if spec.get("storageClassName"):
        of_class = f"{spec['storageClassName']}{_OF_CLASS}"
        counted |= {f"{of_class}{CLAIMS}": "1"} | ({f"{of_class}{_STORAGE}": storage} if storage else {})
    return counted


def _is_over(pod: dict) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
