"""A Deployment's status: counts, and the conditions Available, Progressing and ReplicaFailure in Kubernetes' words."""

from dataclasses import dataclass
from datetime import datetime

from loopkube.controllers.pods import condition
from loopkube.controllers.rollout import max_unavailable, replicas_of
from loopkube.shared.clock import parse

NO_DEADLINE = 2**31 - 1


def counts(deployment: dict, new: dict | None, sets: list[dict]) -> dict:
    """The numbers, without those that are 0."""

    def total(field: str) -> int:
        return sum(s.get("status", {}).get(field, 0) for s in sets)

    available = total("availableReplicas")
    totals = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": total("replicas"),
        "updatedReplicas": (new or {}).get("status", {}).get("replicas", 0),
        "readyReplicas": total("readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(map(replicas_of, sets)) - available),
        "collisionCount": deployment.get("status", {}).get("collisionCount", 0),
    }
    shown = {name: value for name, value in totals.items() if value}
    if all("terminatingReplicas" in s.get("status", {}) for s in sets):
        shown["terminatingReplicas"] = total("terminatingReplicas")
    return shown


@dataclass
class Conditions:
    """The conditions as they were, changed one by one; a changed one moves to the end, as client-go leaves them."""

    items: list[dict]
    stamp: str

    def get(self, type: str) -> dict | None:
        return next((c for c in self.items if c["type"] == type), None)

    def set(self, type: str, status: str, reason: str, message: str, *, again: bool = False) -> None:
        """Nothing happens when status and reason stand already, except `again`, which renews lastUpdateTime."""
        old = self.get(type)
        if old and old["status"] == status and old["reason"] == reason and not again:
            return
        since = old["lastTransitionTime"] if old and old["status"] == status else self.stamp
        self.remove(type)
        new = {"type": type, "status": status, "reason": reason, "message": message}
        self.items.append(new | {"lastUpdateTime": self.stamp, "lastTransitionTime": since})

    def remove(self, type: str) -> None:
        self.items = [c for c in self.items if c["type"] != type]


def has_deadline(deployment: dict) -> bool:
    """progressDeadlineSeconds is set to something; MaxInt32 stands for none, as in pkg/controller/deployment/util."""
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, NO_DEADLINE)


def set_available(conditions: Conditions, deployment: dict, status: dict) -> None:
    """Sets condition Available, with upstream's words."""
    if status.get("availableReplicas", 0) >= replicas_of(deployment) - max_unavailable(deployment):
        conditions.set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        message = "Deployment does not have minimum availability."
        conditions.set("Available", "False", "MinimumReplicasUnavailable", message)


def set_progressing(conditions: Conditions, deployment: dict, new: dict | None, status: dict, now: datetime) -> None:
    """What the rollout did since the status was last written: completed, moved, or stood too long."""
    if not has_deadline(deployment):
        conditions.remove("Progressing")
        return
    current = conditions.get("Progressing")
    done_before = current is not None and current["reason"] == "NewReplicaSetAvailable"
    if done_before and status.get("replicas", 0) == status.get("updatedReplicas", 0):
        return
    name = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
    if is_complete(deployment, status):
        conditions.set("Progressing", "True", "NewReplicaSetAvailable", f"{name} has successfully progressed.")
    elif has_moved(deployment.get("status", {}), status):
        conditions.set("Progressing", "True", "ReplicaSetUpdated", f"{name} is progressing.", again=True)
    elif current and seconds_left(deployment, current, now) < 0 and current["reason"] != "NewReplicaSetAvailable":
        conditions.set("Progressing", "False", "ProgressDeadlineExceeded", f"{name} has timed out progressing.")


def set_paused(conditions: Conditions, deployment: dict) -> None:
    """Notes pausing and resuming, so that the time in between does not count as a lack of progress."""
    current = conditions.get("Progressing")
    if not has_deadline(deployment) or (current and current["reason"] == "ProgressDeadlineExceeded"):
        return
    noted = current is not None and current["reason"] == "DeploymentPaused"
    paused = bool(deployment["spec"].get("paused"))
    if paused and not noted:
        conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    elif noted and not paused:
        conditions.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")


def set_failure(conditions: Conditions, new: dict | None, sets: list[dict]) -> None:
    """Moves a ReplicaSet's failure up: the new one's first."""
    failures = [condition(s, "ReplicaFailure") for s in ([new] if new else []) + sets]
    failure = next((c for c in failures if c and c["status"] == "True"), None)
    if failure:
        conditions.set("ReplicaFailure", failure["status"], failure["reason"], failure["message"])
    else:
        conditions.remove("ReplicaFailure")


def is_complete(deployment: dict, status: dict) -> bool:
    """All replicas are updated and available, and no old Pod is left (DeploymentComplete in deployment_util.go)."""
    replicas = replicas_of(deployment)
    done = all(status.get(n, 0) == replicas for n in ("updatedReplicas", "replicas", "availableReplicas"))
    return done and status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)


def has_moved(before: dict, after: dict) -> bool:
    """Whether the rollout went on between two statuses (DeploymentProgressing in deployment_util.go)."""

    def old_ones(status: dict) -> int:
        return status.get("replicas", 0) - status.get("updatedReplicas", 0)

    grown = any(after.get(n, 0) > before.get(n, 0) for n in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return grown or old_ones(after) < old_ones(before)


def seconds_left(deployment: dict, progressing: dict, now: datetime) -> float:
    """Until the progress deadline; negative when it has passed."""
    spent = (now - parse(progressing["lastUpdateTime"])).total_seconds()
    return deployment["spec"]["progressDeadlineSeconds"] - spent
