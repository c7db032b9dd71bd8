"""What a DaemonSet's nodes lack and have too much of, and the steps of its rolling update: pure functions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from loopkube.controllers.daemon_pods import belongs_on, is_updated, node_of
from loopkube.controllers.pods import is_ready, is_terminating
from loopkube.controllers.rollout import scaled


@dataclass
class Steps:
    """Names of nodes that need a Pod, and Pods to delete."""

    create: list[str] = field(default_factory=list)
    delete: list[dict] = field(default_factory=list)
    failed: list[dict] = field(default_factory=list)
    """Those of `delete` that ended by themselves: (their deletion is told in an event)."""


@dataclass(frozen=True)
class Daemons:
    """A DaemonSet with its nodes and its Pods by node. `available(pod)`: ready for long enough."""

    daemon_set: dict
    hash: str
    nodes: list[dict]
    pods: dict[str, list[dict]]
    available: Callable[[dict], bool]

    def on(self, name: str) -> list[dict]:
        return self.pods.get(name, [])

    @property
    def desired(self) -> list[str]:
        """The names of the nodes that should run a Pod."""
        return [n["metadata"]["name"] for n in self.nodes if belongs_on(self.daemon_set, n)[0]]

    def limits(self) -> tuple[int, int]:
        """(maxSurge, maxUnavailable) in Pods."""
        rolling = self.daemon_set["spec"].get("updateStrategy", {}).get("rollingUpdate") or {}
        total = len(self.desired)
        surge = scaled(rolling.get("maxSurge"), total, up=True)
        unavailable = scaled(rolling.get("maxUnavailable", 1), total, up=True)
        return surge, unavailable if surge or unavailable else 1


def by_node(pods: list[dict]) -> dict[str, list[dict]]:
    """Node's name → its Pods; a Pod that is not bound yet counts for the node that its affinity names."""
    pods_of: dict[str, list[dict]] = {}
    for pod in pods:
        pods_of.setdefault(node_of(pod), []).append(pod)
    return pods_of


def manage(daemons: Daemons) -> Steps:
    """One Pod on every node that should have one, none elsewhere."""
    steps = Steps()
    known = {n["metadata"]["name"] for n in daemons.nodes}
    for node in daemons.nodes:
        name = node["metadata"]["name"]
        start, stay = belongs_on(daemons.daemon_set, node)
        pods = daemons.on(name)
        if not stay:
            steps.delete += [p for p in pods if not is_terminating(p)]
        elif not pods:
            steps.create += [name] if start else []
        else:
            _settle(steps, daemons, [p for p in pods if not is_terminating(p)])
    for name, pods in daemons.pods.items():
        if name not in known:
            steps.delete += [p for p in pods if not p["spec"].get("nodeName") and not is_terminating(p)]
    return steps


def _settle(steps: Steps, daemons: Daemons, pods: list[dict]) -> None:
    """Pods that ended go (and are made anew when they are gone); of several running ones the oldest stays."""
    ended = [p for p in pods if p.get("status", {}).get("phase") in ("Failed", "Succeeded")]
    steps.delete += ended
    steps.failed += ended
    running = sorted((p for p in pods if p not in ended), key=_age)
    if len(running) < 2:
        return
    new = [p for p in running if is_updated(daemons.daemon_set, p, daemons.hash)]
    old = [p for p in running if p not in new]
    if not daemons.limits()[0] or not new or not old:
        steps.delete += running[1:]
        return
    steps.delete += new[1:] + old[1:]
    if daemons.available(new[0]):
        steps.delete.append(old[0])


def update(daemons: Daemons) -> Steps:
    """The next step of a rolling update."""
    strategy = daemons.daemon_set["spec"].get("updateStrategy", {}).get("type", "RollingUpdate")
    if strategy != "RollingUpdate":
        return Steps()
    surge, unavailable = daemons.limits()
    return _surge(daemons, surge) if surge else _replace(daemons, unavailable)


def _newest(daemons: Daemons, name: str) -> tuple[dict | None, dict | None]:
    """(the Pod of the present template, the Pod of an older one) on a node."""
    pods = [p for p in daemons.on(name) if not is_terminating(p)]
    new = next((p for p in pods if is_updated(daemons.daemon_set, p, daemons.hash)), None)
    old = next((p for p in pods if p is not new and not is_updated(daemons.daemon_set, p, daemons.hash)), None)
    return new, old


def _replace(daemons: Daemons, limit: int) -> Steps:
    """Deletes old Pods, those that serve nobody first, never more than `limit` nodes without an available one."""
    down, useless, serving = 0, [], []
    for name in daemons.desired:
        new, old = _newest(daemons, name)
        if new or not old:
            down += not (new and daemons.available(new))
        elif not daemons.available(old):
            useless.append(old)
            down += 1
        else:
            serving.append(old)
    return Steps(delete=useless + serving[: max(0, limit - down)])


def _surge(daemons: Daemons, limit: int) -> Steps:
    """Starts new Pods beside old ones; `manage` deletes an old one when its successor is available."""
    under_way = 0
    now: list[str] = []
    later: list[str] = []
    for name in daemons.desired:
        new, old = _newest(daemons, name)
        if new and old:
            under_way += 1
        elif old:
            (later if daemons.available(old) else now).append(name)
    return Steps(create=now + later[: max(0, limit - under_way)])


def status(daemons: Daemons) -> dict:
    """The numbers of the DaemonSet; those that may be left out when 0 are."""
    nodes_to_run, misscheduled, current, updated, ready, available = set(daemons.desired), 0, 0, 0, 0, 0
    for node in daemons.nodes:
        pods = sorted(daemons.on(node["metadata"]["name"]), key=_age)
        if node["metadata"]["name"] not in nodes_to_run:
            misscheduled += bool(pods)
            continue
        if pods:
            current += 1
            ready += is_ready(pods[0])
            available += daemons.available(pods[0])
            updated += is_updated(daemons.daemon_set, pods[0], daemons.hash)
    counted = {
        "currentNumberScheduled": current,
        "numberMisscheduled": misscheduled,
        "desiredNumberScheduled": len(nodes_to_run),
        "numberReady": ready,
    }
    optional = {
        "observedGeneration": daemons.daemon_set["metadata"].get("generation", 0),
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberUnavailable": len(nodes_to_run) - available,
        "collisionCount": daemons.daemon_set.get("status", {}).get("collisionCount", 0),
    }
    return counted | {name: value for name, value in optional.items() if value}


def _age(pod: dict) -> tuple[str, str]:
    return pod["metadata"].get("creationTimestamp", ""), pod["metadata"]["name"]
