"""Priority: turns priorityClassName into a number. Only Kubernetes' two system classes exist here."""

from loopkube.api.plugins.review import Review
from loopkube.shared.status import ApiError, named

_SYSTEM_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def admit(review: Review) -> None:
    if not review.creates_pod:
        return
    spec = review.obj["spec"]
    name = spec.get("priorityClassName", "")
    if name and name not in _SYSTEM_CLASSES:
        raise _forbidden(review, f"no PriorityClass with name {name} was found")
    priority = _SYSTEM_CLASSES.get(name, 0)
    if spec.get("priority", priority) != priority:
        raise _forbidden(
            review,
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
            f"priority admission controller computed {priority} from the given PriorityClass name",
        )
    spec["priority"] = priority
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _forbidden(review: Review, why: str) -> ApiError:
    name = review.obj["metadata"].get("name", "")
    return ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {why}', named(review.kind, name))
