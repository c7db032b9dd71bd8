"""What a Job's policies say of a failed Pod, and of the indexes that succeeded: pure functions (pkg/controller/job)."""

from typing import NamedTuple

from loopkube.shared import job_indexes


class Judged(NamedTuple):
    """What is to be done about a failed Pod, and why."""

    action: str
    message: str = ""


COUNT = Judged("Count")


def judge(job: dict, pod: dict) -> Judged:
    """The first rule of `podFailurePolicy` that the failed Pod meets says it; else it counts."""
    for number, rule in enumerate((job["spec"].get("podFailurePolicy") or {}).get("rules") or ()):
        why = _exit_code(rule, pod) if rule.get("onExitCodes") else _condition(rule, pod)
        if why:
            return Judged(rule["action"], f"{why} matching {rule['action']} rule at index {number}")
    return COUNT


def _exit_code(rule: dict, pod: dict) -> str:
    exit_codes, status = rule["onExitCodes"], pod.get("status", {})
    for container in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
        named = exit_codes.get("containerName") in (None, "", container["name"])
        if named and code and (code in exit_codes["values"]) == (exit_codes["operator"] == "In"):
            return f"Container {container['name']} for pod {_name(pod)} failed with exit code {code}"
    return ""


def _condition(rule: dict, pod: dict) -> str:
    for pattern in rule.get("onPodConditions") or ():
        for condition in pod.get("status", {}).get("conditions") or ():
            status = pattern.get("status") or "True"
            if (condition["type"], condition["status"]) == (pattern["type"], status):
                return f"Pod {_name(pod)} has condition {condition['type']}"
    return ""


def _name(pod: dict) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def succeeds(job: dict, completed: set[int]) -> str:
    """Which rule of `successPolicy` is met, in Kubernetes' words; nothing where none is."""
    for number, rule in enumerate((job["spec"].get("successPolicy") or {}).get("rules") or ()):
        named, count = rule.get("succeededIndexes"), rule.get("succeededCount")
        indexes = job_indexes.parse(named, job["spec"].get("completions", 0)) if named else None
        succeeded = completed & indexes if indexes is not None else completed
        if len(succeeded) >= count if count is not None else succeeded == indexes:
            return f"Matched rules at index {number}"
    return ""
