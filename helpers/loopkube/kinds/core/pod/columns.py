"""Pods: above all the STATUS column, which says what `status.phase` does not (printPod)."""

from datetime import datetime
from typing import NamedTuple

from loopkube.kinds.shared.columns import NONE, Columns, age, define, name, since

_DONE = {
    "Succeeded": {
        "type": "Completed",
        "status": "True",
        "reason": "Succeeded",
        "message": "The pod has completed successfully.",
    },
    "Failed": {"type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."},
}


class _Summary(NamedTuple):
    reason: str
    ready: int = 0
    restarts: int = 0
    last: str = ""


def _cells(pod: dict, now: datetime) -> list:
    status, spec = pod.get("status", {}), pod.get("spec", {})
    summary = _summary(pod)
    total = len(spec.get("containers") or ()) + sum(map(_is_sidecar, spec.get("initContainers", ())))
    restarts = str(summary.restarts)
    if summary.restarts and summary.last:
        restarts += f" ({since(summary.last, now)} ago)"
    wide = [
        status.get("podIP") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _readiness_gates(pod),
    ]
    return [name(pod), f"{summary.ready}/{total}", _reason(pod, summary), restarts, age(pod, now), *wide]


def _is_sidecar(container: dict) -> bool:
    return container.get("restartPolicy") == "Always"


def _reason(pod: dict, summary: _Summary) -> str:
    if not pod["metadata"].get("deletionTimestamp"):
        return summary.reason
    if pod["status"].get("reason") == "NodeLost":
        return "Unknown"
    return summary.reason if pod["status"].get("phase") in ("Succeeded", "Failed") else "Terminating"


def _summary(pod: dict) -> _Summary:
    status = pod.get("status", {})
    summary = _Summary(status.get("reason") or status.get("phase", ""))
    if any(c.get("reason") == "SchedulingGated" for c in status.get("conditions", ()) if c["type"] == "PodScheduled"):
        summary = summary._replace(reason="SchedulingGated")
    sidecars, initializing = _initialization(pod, summary)
    if initializing and not _has(status, "Initialized"):
        return initializing
    return _running(status, sidecars)


def _initialization(pod: dict, start: _Summary) -> tuple[_Summary, _Summary | None]:
    """What sidecars add to the running Pod, and the state of the first init container that is not done."""
    containers = {c["name"]: c for c in pod["spec"].get("initContainers", ())}
    sidecars, restarts, last = start, 0, ""
    for index, container_status in enumerate(pod.get("status", {}).get("initContainerStatuses", ())):
        restarts += container_status.get("restartCount", 0)
        last = max(last, _last_end(container_status))
        if _is_sidecar(containers.get(container_status["name"], {})):
            count = sidecars.restarts + container_status.get("restartCount", 0)
            sidecars = sidecars._replace(restarts=count, last=max(sidecars.last, _last_end(container_status)))
            if container_status.get("started"):
                sidecars = sidecars._replace(ready=sidecars.ready + bool(container_status.get("ready")))
                continue
        state = container_status.get("state", {})
        if state.get("terminated", {"exitCode": 1}).get("exitCode") == 0:
            continue
        reason = _init_reason(state, index, len(containers))
        return sidecars, _Summary(reason, sidecars.ready, restarts, last)
    return sidecars, None


def _init_reason(state: dict, index: int, count: int) -> str:
    if "terminated" in state:
        return f"Init:{_ended(state['terminated'])}"
    waiting = state.get("waiting", {}).get("reason", "")
    return f"Init:{waiting}" if waiting not in ("", "PodInitializing") else f"Init:{index}/{count}"


def _running(status: dict, summary: _Summary) -> _Summary:
    reason, ready, restarts, last = summary
    has_running = False
    for container_status in reversed(status.get("containerStatuses", ())):
        state = container_status.get("state", {})
        restarts += container_status.get("restartCount", 0)
        last = max(last, _last_end(container_status))
        if state.get("waiting", {}).get("reason"):
            reason = state["waiting"]["reason"]
        elif "terminated" in state:
            reason = _ended(state["terminated"])
        elif container_status.get("ready") and "running" in state:
            has_running = True
            ready += 1
    if reason == "Completed" and has_running:
        reason = "Running" if _has(status, "Ready") else "NotReady"
    return _Summary(reason, ready, restarts, last)


def _ended(terminated: dict) -> str:
    if terminated.get("reason"):
        return terminated["reason"]
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _last_end(container_status: dict) -> str:
    return container_status.get("lastState", {}).get("terminated", {}).get("finishedAt") or ""


def _has(status: dict, condition: str) -> bool:
    return any(c["type"] == condition and c["status"] == "True" for c in status.get("conditions", ()))


def _readiness_gates(pod: dict) -> str:
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates", ())]
    return f"{sum(_has(pod['status'], gate) for gate in gates)}/{len(gates)}" if gates else NONE


def _conditions(pod: dict) -> list[dict]:
    phase = pod.get("status", {}).get("phase")
    return [_DONE[phase]] if phase in _DONE else []


COLUMNS = Columns(
    define("Name", "Ready", "Status", "Restarts", "Age", wide=("IP", "Node", "Nominated Node", "Readiness Gates")),
    _cells,
    _conditions,
)
