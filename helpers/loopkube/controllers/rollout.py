"""How big each ReplicaSet of a Deployment should be now: pure functions of the objects.

Each returns `{name of the ReplicaSet: replicas}` for those that are to change. The rules are those of
Kubernetes' deployment controller: never more than replicas + maxSurge Pods, never fewer than
replicas - maxUnavailable available ones.
"""

import math

Sizes = dict[str, int]


def replicas_of(obj: dict) -> int:
    """spec.replicas; 1 where it is not set, as an object that was stored before its default."""
    replicas = obj["spec"].get("replicas")
    return 1 if replicas is None else replicas


def available(replica_set: dict) -> int:
    """Available Pods that will stay: the status may still count some that a smaller size has sentenced."""
    return min(replica_set.get("status", {}).get("availableReplicas", 0), replicas_of(replica_set))


def is_rolling(deployment: dict) -> bool:
    return deployment["spec"].get("strategy", {}).get("type", "RollingUpdate") == "RollingUpdate"


def scaled(value: int | str | None, total: int, *, up: bool) -> int:
    """An IntOrString of `total`: a number, or a percentage rounded up or down."""
    if value is None:
        return 0
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        return int(value)
    share = int(value.removesuffix("%")) * total / 100
    return math.ceil(share) if up else math.floor(share)


def _fence_posts(deployment: dict) -> tuple[int, int]:
    """(maxSurge, maxUnavailable); both cannot be 0, or the rollout could never move."""
    rolling = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
    total = replicas_of(deployment)
    surge = scaled(rolling.get("maxSurge"), total, up=True)
    unavailable = scaled(rolling.get("maxUnavailable"), total, up=False)
    return surge, unavailable if surge or unavailable else 1


def max_surge(deployment: dict) -> int:
    """Pods that may be there beyond `replicas`; a percentage is rounded up (MaxSurge in deployment_util.go)."""
    return _fence_posts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: dict) -> int:
    """Pods that may be missing; a percentage is rounded down, and at least one of both limits is not 0."""
    if not is_rolling(deployment) or not replicas_of(deployment):
        return 0
    return min(_fence_posts(deployment)[1], replicas_of(deployment))


def new_size(deployment: dict, sets: list[dict], current: int) -> int:
    """How many Pods the new ReplicaSet may have, given what all `sets` have together."""
    desired = replicas_of(deployment)
    if not is_rolling(deployment):
        return desired
    room = desired + max_surge(deployment) - sum(map(replicas_of, sets))
    return current if room <= 0 else current + min(room, desired - current)


def grow_new(deployment: dict, new: dict, old: list[dict]) -> Sizes:
    """The next step up of a rolling update."""
    current, desired = replicas_of(new), replicas_of(deployment)
    size = desired if current > desired else new_size(deployment, [*old, new], current)
    return {} if size == current else {new["metadata"]["name"]: size}


def shrink_old(deployment: dict, new: dict, old: list[dict]) -> Sizes:
    """The next step down of a rolling update: unhealthy Pods first, then as many as availability allows."""
    running = [s for s in old if replicas_of(s) > 0]
    minimum = replicas_of(deployment) - max_unavailable(deployment)
    unavailable_new = replicas_of(new) - available(new)
    room = sum(map(replicas_of, [*running, new])) - minimum - unavailable_new
    if not running or room <= 0:
        return {}
    sizes = {s["metadata"]["name"]: replicas_of(s) for s in running}
    before = dict(sizes)
    for replica_set in running:
        name = replica_set["metadata"]["name"]
        step = min(room, max(0, sizes[name] - available(replica_set)))
        sizes[name] -= step
        room -= step
    _shrink_available(sizes, running, available(new) + sum(map(available, running)) - minimum)
    return {name: size for name, size in sizes.items() if size != before[name]}


def _shrink_available(sizes: Sizes, running: list[dict], room: int) -> None:
    for replica_set in running:
        name = replica_set["metadata"]["name"]
        step = max(0, min(room, sizes[name]))
        sizes[name] -= step
        room -= step


def stop_all(sets: list[dict]) -> Sizes:
    """Strategy Recreate: every old ReplicaSet to 0 at once."""
    return {s["metadata"]["name"]: 0 for s in sets if replicas_of(s) > 0}


def resize(deployment: dict, new: dict | None, old: list[dict], largest: dict[str, int]) -> Sizes:
    """After another `spec.replicas`, or while paused. `largest`: each ReplicaSet's max-replicas annotation."""
    desired = replicas_of(deployment)
    sets = [*old, new] if new else list(old)
    running = [s for s in sets if replicas_of(s) > 0]
    only = _active_or_latest(new, old, running)
    if only is not None:
        return {} if replicas_of(only) == desired else {only["metadata"]["name"]: desired}
    if new and _is_saturated(deployment, new):
        return stop_all(old)
    if not is_rolling(deployment):
        return {}
    return _in_proportion(deployment, running, largest)


def _active_or_latest(new: dict | None, old: list[dict], running: list[dict]) -> dict | None:
    """The one running ReplicaSet; the newest when none runs; None when several do."""
    if len(running) > 1:
        return None
    if running:
        return running[0]
    return new or (old[-1] if old else None)


def _is_saturated(deployment: dict, new: dict) -> bool:
    desired = replicas_of(deployment)
    return replicas_of(new) == desired and available(new) == desired


def _in_proportion(deployment: dict, running: list[dict], largest: dict[str, int]) -> Sizes:
    """Spreads the difference over the running ReplicaSets by their sizes; the first takes what rounding leaves."""
    desired = replicas_of(deployment)
    allowed = desired + max_surge(deployment) if desired else 0
    to_add = allowed - sum(map(replicas_of, running))
    ordered = _by_size(running, growing=to_add > 0)
    sizes, added = {}, 0
    for replica_set in ordered:
        name, size = replica_set["metadata"]["name"], replicas_of(replica_set)
        share = _share(deployment, size, largest.get(name, 0), to_add - added) if to_add else 0
        sizes[name] = size + share
        added += share
    if ordered and to_add:
        first = ordered[0]["metadata"]["name"]
        sizes[first] = max(0, sizes[first] + to_add - added)
    return sizes


def _by_size(sets: list[dict], *, growing: bool) -> list[dict]:
    """Largest first; of equal ones the newest first when growing, the oldest first when shrinking."""
    by_age = sorted(sets, key=lambda s: s["metadata"].get("creationTimestamp", ""), reverse=growing)
    return sorted(by_age, key=replicas_of, reverse=True)


def _share(deployment: dict, size: int, largest: int, left: int) -> int:
    if not size or not left:
        return 0
    desired = replicas_of(deployment)
    if not desired:
        return max(-size, left)
    before = largest or deployment.get("status", {}).get("replicas", 0)
    if not before:
        return 0
    fraction = math.floor(size * (desired + max_surge(deployment)) / before + 0.5) - size
    return min(fraction, left) if left > 0 else max(fraction, left)
