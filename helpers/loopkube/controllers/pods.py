"""What controllers need to know of Pods: their state, and how one is made from a template."""

import copy
from datetime import datetime

from loopkube.controllers.owners import controller_ref
from loopkube.shared.clock import parse


def condition(obj: dict, type: str) -> dict | None:
    """The condition of that type in the object's status, or None."""
    return next((c for c in obj.get("status", {}).get("conditions") or () if c["type"] == type), None)


def is_ready(pod: dict) -> bool:
    ready = condition(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def available_in(pod: dict, min_ready_seconds: int, now: datetime) -> float | None:
    """Seconds until a ready Pod counts as available: 0 when it does, None when it is not ready."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    if not min_ready_seconds:
        return 0.0
    since = ready.get("lastTransitionTime")
    if not since:
        return None
    return max(0.0, min_ready_seconds - (now - parse(since)).total_seconds())


def is_terminating(pod: dict) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_finished(pod: dict) -> bool:
    """Its containers have ended for good: a finished Pod frees its room on the node and is not an endpoint."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_active(pod: dict) -> bool:
    """Whether the Pod counts towards the replicas of its controller."""
    return not is_finished(pod) and not is_terminating(pod)


def from_template(owner: dict, template: dict) -> dict:
    """A new Pod of `owner`, yet without a name: its base is the owner's, as `web-7c698ff4cb-`."""
    metadata = template.get("metadata") or {}
    made = {
        "generateName": f"{owner['metadata']['name']}-",
        "namespace": owner["metadata"]["namespace"],
        "ownerReferences": [controller_ref(owner)],
    }
    for field in ("labels", "annotations", "finalizers"):
        if metadata.get(field):
            made[field] = copy.copy(metadata[field])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": made, "spec": copy.deepcopy(template["spec"])}
