"""Conditions in the status of what this server itself looks after: definitions of kinds, and other servers."""


def with_condition(conditions: list[dict], new: dict, now: str) -> list[dict]:
    """The conditions with one of them set; its time changes with its status only."""
    for index, present in enumerate(conditions):
        if present["type"] == new["type"]:
            since = present.get("lastTransitionTime") if present["status"] == new["status"] else now
            return [*conditions[:index], _timed(new, since or now), *conditions[index + 1 :]]
    return [*conditions, _timed(new, now)]


def _timed(new: dict, since: str) -> dict:
    head = {"type": new["type"], "status": new["status"], "lastTransitionTime": since}
    return head | {"reason": new["reason"], "message": new["message"]}
