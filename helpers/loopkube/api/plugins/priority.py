"""Priority: turns priorityClassName into a number, and lets one class alone be the default."""

from loopkube.api.plugins.review import Review
from loopkube.kinds.shared.system_priorities import SYSTEM

CLASSES = "priorityclasses.scheduling.k8s.io"
_PREEMPTS = "PreemptLowerPriority"


def admit(review: Review) -> None:
    """Writes the number of its class into a new Pod (plugin/pkg/admission/priority)."""
    if review.creates_pod:
        _admit_pod(review)
    elif review.kind.resource == CLASSES and review.obj.get("globalDefault"):
        _one_default(review)


def _admit_pod(review: Review) -> None:
    spec = review.obj["spec"]
    priority_class = _class(review, spec["priorityClassName"]) if spec.get("priorityClassName") else _default(review)
    if priority_class:
        spec["priorityClassName"] = priority_class["metadata"]["name"]
    computed = (priority_class or {}).get("value", 0)
    if spec.get("priority", computed) != computed:
        raise review.forbidden(
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
            f"priority admission controller computed {computed} from the given PriorityClass name"
        )
    policy = (priority_class or {}).get("preemptionPolicy", _PREEMPTS)
    if spec.get("preemptionPolicy", policy) != policy:
        raise review.forbidden(
            f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; "
            f"priority admission controller computed {policy} from the given PriorityClass name"
        )
    spec["priority"], spec["preemptionPolicy"] = computed, policy


def _class(review: Review, name: str) -> dict:
    priority_class = review.lookup.get(CLASSES, "", name)
    if priority_class is None and name in SYSTEM:
        priority_class = {"metadata": {"name": name}, "value": SYSTEM[name][0]}
    if priority_class is None:
        raise review.forbidden(f"no PriorityClass with name {name} was found")
    return priority_class


def _default(review: Review) -> dict | None:
    """Of several, which older clusters may have, the lowest counts."""
    marked = [priority_class for priority_class in review.lookup.list(CLASSES) if priority_class.get("globalDefault")]
    return min(marked, key=lambda priority_class: priority_class.get("value", 0), default=None)


def _one_default(review: Review) -> None:
    present = _default(review)
    name = present["metadata"]["name"] if present else ""
    if present and (review.old is None or name != review.obj["metadata"]["name"]):
        raise review.forbidden(f"PriorityClass {name} is already marked as default. Only one default can exist")
