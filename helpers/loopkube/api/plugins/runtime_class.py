"""RuntimeClass: gives a Pod what its class says of overhead and of nodes, and refuses a class that does not exist."""

from loopkube.api.plugins.review import Review
from loopkube.shared import quantity
from loopkube.shared.status import ApiError


def admit(review: Review) -> None:
    """Raises a Forbidden ApiError (plugin/pkg/admission/runtimeclass)."""
    if not review.creates_pod:
        return
    spec = review.obj["spec"]
    class_name = spec.get("runtimeClassName")
    runtime_class = review.lookup.get("runtimeclasses.node.k8s.io", "", class_name) if class_name else None
    if class_name and runtime_class is None:
        raise _rejected(review, f'RuntimeClass "{class_name}" not found')
    _set_overhead(review, spec, ((runtime_class or {}).get("overhead") or {}).get("podFixed"))
    _set_scheduling(review, spec, (runtime_class or {}).get("scheduling") or {})


def _set_overhead(review: Review, spec: dict, overhead: dict | None) -> None:
    given = spec.get("overhead")
    if given and not overhead:
        raise _rejected(review, "Pod Overhead set without corresponding RuntimeClass defined Overhead")
    if given and _amounts(given) != _amounts(overhead or {}):
        raise _rejected(review, "Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    if overhead:
        spec["overhead"] = dict(overhead)


def _set_scheduling(review: Review, spec: dict, scheduling: dict) -> None:
    chosen = spec.get("nodeSelector") or {}
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if chosen.get(key, value) != value:
            raise _rejected(
                review,
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {chosen[key]}",
            )
        spec.setdefault("nodeSelector", {})[key] = value
    for toleration in scheduling.get("tolerations") or ():
        if toleration not in spec.get("tolerations", ()):
            spec.setdefault("tolerations", []).append(dict(toleration))


def _amounts(resources: dict) -> dict:
    return {name: quantity.parse(amount) for name, amount in resources.items()}


def _rejected(review: Review, why: str) -> ApiError:
    return review.forbidden(f"pod rejected: {why}")
