"""PodDisruptionBudgets: how many of their Pods may go now (pkg/controller/disruption)."""

import math
from datetime import datetime, timedelta

from loopkube.client.client import Client
from loopkube.client.informer import Informer, Informers, Key, key_of
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_of
from loopkube.controllers.pods import is_finished, is_ready, is_terminating
from loopkube.controllers.writes import Writes
from loopkube.shared import labels
from loopkube.shared.clock import Clock, parse
from loopkube.shared.disruptions import BUDGETS, with_condition

PATIENCE = 120.0
"""Seconds after which a Pod that was let go counts again, where it is still there."""
_SCALED = {
    ("apps", "Deployment"): "deployments.apps",
    ("apps", "ReplicaSet"): "replicasets.apps",
    ("apps", "StatefulSet"): "statefulsets.apps",
    ("", "ReplicationController"): "replicationcontrollers",
}


class CannotCount(Exception):
    """Why it cannot be said how many Pods there should be."""


class DisruptionController(Controller):
    component = "controllermanager"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._budgets = self.follow(BUDGETS, self._budget_changed)
        self._pods = self.follow("pods", self._content_changed)
        self._owners: dict[str, Informer] = {
            resource: self.follow(resource, self._content_changed) for resource in _SCALED.values()
        }
        self._by_namespace = self._budgets.index("namespace", _namespace)
        self._pods_by_namespace = self._pods.index("namespace", _namespace)
        self._own = Writes(self._budgets, clock)

    def _budget_changed(self, type: str, budget: dict, old: dict | None) -> None:
        self.queue.add(key_of(budget))

    def _content_changed(self, type: str, obj: dict, old: dict | None) -> None:
        for budget in self._by_namespace.of(obj["metadata"]["namespace"]):
            self.queue.add(key_of(budget))

    async def reconcile(self, key: Key) -> None:
        """Counts the budget's Pods, and writes how many evictions it allows now."""
        budget = self._budgets.items.get(key)
        if budget is None:
            self._own.forget(key)
            return
        if not self._own.visible(key):
            return
        selector = budget["spec"].get("selector")
        covered = [
            pod
            for pod in self._pods_by_namespace.of(key[0])
            if labels.matches(selector, labels.labels_of(pod)) and not is_finished(pod)
        ]
        status = await self._status(budget, covered)
        self._look_again(key, status)
        if status != budget.get("status"):
            answer = await self.client.update(BUDGETS, budget | {"status": status}, subresource="status")
            self._own.wrote(key, answer)

    async def _status(self, budget: dict, pods: list[dict]) -> dict:
        generation, now = budget["metadata"].get("generation", 1), self.clock.now()
        before = budget.get("status") or {}
        let_go = _let_go(before.get("disruptedPods") or {}, pods, now)
        healthy = sum(
            is_ready(pod) and not is_terminating(pod) and pod["metadata"]["name"] not in let_go for pod in pods
        )
        try:
            expected, desired = self._expected(budget, pods)
        except CannotCount as failure:
            await self.recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", _failed(failure))
            kept = {field: before.get(field, 0) for field in ("currentHealthy", "desiredHealthy", "expectedPods")}
            status = {**before, **kept, "disruptionsAllowed": 0, "observedGeneration": generation}
            return with_condition(status, generation, self.clock.stamp(), str(failure))
        allowed = max(0, healthy - desired) if expected else 0
        status = {"disruptedPods": let_go} if let_go else {}
        status |= {"conditions": before["conditions"]} if before.get("conditions") else {}
        status |= {"currentHealthy": healthy, "desiredHealthy": desired, "disruptionsAllowed": allowed}
        status |= {"expectedPods": expected, "observedGeneration": generation}
        return with_condition(status, generation, self.clock.stamp())

    def _expected(self, budget: dict, pods: list[dict]) -> tuple[int, int]:
        """How many Pods there should be, and how many of them healthy at least."""
        spec = budget["spec"]
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if isinstance(least, int):
            return len(pods), least
        expected = self._scale(pods) if least is not None or most is not None else len(pods)
        if most is not None:
            return expected, max(0, expected - _part(most, expected))
        return expected, _part(least, expected) if least is not None else 0

    def _scale(self, pods: list[dict]) -> int:
        """The replicas of all that control these Pods; a Pod without a controller is not expected."""
        replicas: dict[str, int] = {}
        for pod in pods:
            reference = controller_of(pod)
            if reference:
                owner = self._owner(pod, reference)
                above = controller_of(owner)
                if above and _resource(above) == "deployments.apps":
                    owner = self._owner(owner, above)
                replicas[owner["metadata"]["uid"]] = owner["spec"].get("replicas", 1)
        return sum(replicas.values())

    def _owner(self, owned: dict, reference: dict) -> dict:
        resource = _resource(reference)
        if resource is None:
            plural = f"{reference['kind'].lower()}s.{reference['apiVersion'].rpartition('/')[0]}".rstrip(".")
            raise CannotCount(f"{plural} does not implement the scale subresource")
        owner = self._owners[resource].get(owned["metadata"]["namespace"], reference["name"])
        if owner is None or owner["metadata"]["uid"] != reference["uid"]:
            raise CannotCount(f'found no controllers for pod "{owned["metadata"]["name"]}"')
        return owner

    def _look_again(self, key: Key, status: dict) -> None:
        for stamp in (status.get("disruptedPods") or {}).values():
            self.queue.add_after(key, max(0.0, PATIENCE - (self.clock.now() - parse(stamp)).total_seconds()) + 1)


def _let_go(disrupted: dict[str, str], pods: list[dict], now: datetime) -> dict[str, str]:
    """The Pods whose eviction was allowed and that nobody sees going yet."""
    there = {pod["metadata"]["name"] for pod in pods if not is_terminating(pod)}
    return {
        name: stamp
        for name, stamp in disrupted.items()
        if name in there and now - parse(stamp) < timedelta(seconds=PATIENCE)
    }


def _part(value: int | str, whole: int) -> int:
    """A number, or a percentage of all, rounded up."""
    return value if isinstance(value, int) else math.ceil(whole * int(value.rstrip("%")) / 100)


def _resource(reference: dict) -> str | None:
    return _SCALED.get((reference["apiVersion"].rpartition("/")[0], reference["kind"]))


def _failed(failure: CannotCount) -> str:
    return f"Failed to calculate the number of expected pods: {failure}"


def _namespace(obj: dict) -> tuple[str]:
    return (obj["metadata"]["namespace"],)
