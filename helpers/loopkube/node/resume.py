"""What a node knows of a Pod that ran before the node (or the whole cluster) went down: from the Pod's own status."""

from loopkube.clock import Clock
from loopkube.node.status import Record

LOST = 255


def resume(pod: dict, clock: Clock) -> dict[str, Record]:
    """Records by container name; what was running then has ended, nobody knows how."""
    status = pod.get("status") or {}
    found = {}
    for old in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        if not old.get("containerID"):
            continue
        record = Record(
            spec={},
            state=old.get("state") or {},
            last=old.get("lastState") or {},
            restarts=old.get("restartCount", 0),
            id=old["containerID"],
            image=old.get("image", ""),
            image_id=old.get("imageID", ""),
        )
        if "running" in record.state:
            record.state = {}
            record.last = {
                "terminated": {
                    "exitCode": LOST,
                    "reason": "Unknown",
                    "startedAt": old["state"]["running"].get("startedAt"),
                    "finishedAt": clock.stamp(),
                    "containerID": record.id,
                }
            }
        found[old["name"]] = record
    return found
