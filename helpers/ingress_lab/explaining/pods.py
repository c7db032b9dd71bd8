"""Why a Pod is not ready, in a few words."""

from ingress_lab.messages import phrase


def why_not_ready(pod: dict) -> str:
    """The nearest cause that its status tells."""
    status = pod.get("status", {})
    if pod["metadata"].get("deletionTimestamp"):
        return phrase("it is being ended")
    for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        state = container.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
        if waiting.get("reason") and waiting["reason"] not in ("ContainerCreating", "PodInitializing"):
            return phrase(
                "container {name} waits: {reason}", name=container["name"], reason=waiting["reason"]
            ) + _image(container, waiting["reason"])
        if ended:
            return phrase(
                "container {name} ended with code {code}", name=container["name"], code=ended.get("exitCode", "?")
            )
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return phrase("no node takes it: {reason}", reason=condition.get("message") or condition.get("reason", ""))
    if status.get("phase") == "Running":
        return phrase("it runs, but its readiness probe does not pass")
    return phrase("it is {phase}", phase=status.get("phase", "Pending"))


def _image(container: dict, reason: str) -> str:
    return f" ({container.get('image', '')})" if "Image" in reason else ""
