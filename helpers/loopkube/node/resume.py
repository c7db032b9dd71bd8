"""What a node knows of a Pod that ran before the node (or the whole cluster) went down: from the Pod's own status."""

from loopkube.node.records import ALWAYS, NEVER, Record
from loopkube.shared.clock import Clock

LOST = 255
STATUS_FIELDS = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


def resume(pod: dict, clock: Clock) -> dict[str, Record]:
    """Records by container name; what was running then has ended, nobody knows how."""
    whole, spec = pod.get("status") or {}, pod["spec"]
    debugging = [container | {"restartPolicy": NEVER} for container in spec.get("ephemeralContainers") or []]
    specs = {c["name"]: c for c in [*(spec.get("initContainers") or []), *spec["containers"], *debugging]}
    known = {}
    for old in [status for field in STATUS_FIELDS for status in whole.get(field) or []]:
        if old.get("containerID") and old["name"] in specs:
            ends = (specs[old["name"]].get("restartPolicy") or spec.get("restartPolicy", ALWAYS)) == NEVER
            known[old["name"]] = _record(old, clock, ends)
    return known


def _record(old: dict, clock: Clock, ends: bool) -> Record:
    record = Record(
        spec={},
        state=old.get("state") or {},
        last=old.get("lastState") or {},
        restarts=old.get("restartCount", 0),
        id=old["containerID"],
        image=old.get("image", ""),
        image_id=old.get("imageID", ""),
    )
    running = record.state.get("running")
    if running:
        times = {"startedAt": running.get("startedAt"), "finishedAt": clock.stamp()}
        lost = {"terminated": {"exitCode": LOST, "reason": "Unknown", **times, "containerID": record.id}}
        record.state, record.last = (lost, record.last) if ends else ({}, lost)
    return record
