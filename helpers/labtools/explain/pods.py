"""Why a Pod is not ready, in a few words."""

from labcore.language.messages import phrase


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
        return _running(pod)
    return phrase("it is {phase}", phase=status.get("phase", "Pending"))


def _running(pod: dict) -> str:
    """Kubernetes marks the Pods of a node that it does not hear of, and leaves what their containers said."""
    spec, conditions = pod["spec"], pod["status"].get("conditions") or []
    ready = any(c["type"] == "ContainersReady" and c["status"] == "True" for c in conditions)
    if ready and not spec.get("readinessGates"):
        return phrase("it was ready when its node {node} was last heard of", node=spec.get("nodeName", "?"))
    if any(container.get("readinessProbe") for container in spec.get("containers") or []):
        return phrase("it runs, but its readiness probe does not pass")
    return phrase("it runs, and is not ready yet")


def _image(container: dict, reason: str) -> str:
    return f" ({container.get('image', '')})" if "Image" in reason else ""
