"""RuntimeClass: a Pod that asks for a container runtime by name is refused, as there is no RuntimeClass here."""

from loopkube.api.plugins.review import Review
from loopkube.shared.status import ApiError, named


def admit(review: Review) -> None:
    if review.creates_pod and review.obj["spec"].get("runtimeClassName"):
        name, class_name = review.obj["metadata"].get("name", ""), review.obj["spec"]["runtimeClassName"]
        why = f'pod rejected: RuntimeClass "{class_name}" not found'
        raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {why}', named(review.kind, name))
