"""PodDisruptionBudgets: what their status says, and which evictions they hold back."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.deployments import DeploymentController
from loopkube.controllers.disruption import PATIENCE, DisruptionController
from loopkube.controllers.replicasets import ReplicaSetController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared.status import ApiError
from served import Served
from world import World, deployment, pod, world

BUDGETS = "poddisruptionbudgets.policy"
VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."


def budget(name: str = "b", app: str = "web", **spec: object) -> dict:
    selector = {"matchLabels": {"app": app}}
    metadata = {"name": name}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata,
        "spec": spec | {"selector": selector},
    }


def status(w: World) -> dict:
    return w.get(BUDGETS, "b").get("status", {})


def counts(w: World) -> tuple:
    """(expected, healthy, wanted, allowed)."""
    fields = ("expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed")
    return tuple(status(w).get(field) for field in fields)


async def evict(w: World, name: str) -> dict:
    metadata = {"name": name, "namespace": "default"}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return await w.client.create("pods", eviction, "default", name=name, subresource="eviction")


async def deployed(w: World, replicas: int) -> list[str]:
    await w.client.create("deployments.apps", deployment(replicas=replicas), "default")
    await w.until(lambda: sum(p["status"].get("phase") == "Running" for p in w.list("pods")) == replicas)
    return [p["metadata"]["name"] for p in w.list("pods")]


PARTS = (DisruptionController, DeploymentController, ReplicaSetController, Scheduler)


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"minAvailable": 2}, (3, 3, 2, 1)),
        ({"minAvailable": "50%"}, (3, 3, 2, 1)),
        ({"maxUnavailable": 1}, (3, 3, 2, 1)),
        ({"maxUnavailable": "100%"}, (3, 3, 0, 3)),
        ({"maxUnavailable": 0}, (3, 3, 3, 0)),
    ],
)
async def test_how_many_may_go(spec: dict, wanted: tuple) -> None:
    async with world(*PARTS) as w:
        await deployed(w, 3)
        await w.client.create(BUDGETS, budget(**spec), "default")
        await w.until(lambda: counts(w) == wanted)
        [condition] = status(w)["conditions"]
        reason = "SufficientPods" if wanted[3] else "InsufficientPods"
        assert (condition["type"], condition["reason"]) == ("DisruptionAllowed", reason)
        assert status(w)["observedGeneration"] == 1


async def test_an_eviction_waits_until_there_is_room() -> None:
    async with world(*PARTS) as w:
        first, second = await deployed(w, 2)
        await w.client.create(BUDGETS, budget(minAvailable=2), "default")
        with pytest.raises(ApiError) as early:
            await evict(w, first)
        cause = "The disruption budget b is still being processed by the server."
        assert (early.value.code, early.value.details["causes"][0]["message"]) == (429, cause)
        await w.until(lambda: counts(w) == (2, 2, 2, 0))
        with pytest.raises(ApiError) as held:
            await evict(w, first)
        assert (held.value.code, held.value.reason) == (429, "TooManyRequests")
        assert held.value.message == VIOLATED
        cause = "The disruption budget b needs 2 healthy pods and has 2 currently"
        assert held.value.details["causes"] == [{"reason": "DisruptionBudget", "message": cause}]
        await w.client.patch(BUDGETS, "b", {"spec": {"minAvailable": 1}}, "default")
        await w.until(lambda: counts(w) == (2, 2, 1, 1))
        seen: list[dict] = []
        w.store.subscribe(BUDGETS, lambda _: seen.append(status(w)))
        await evict(w, first)
        assert (seen[0]["disruptionsAllowed"], set(seen[0]["disruptedPods"])) == (0, {first})
        with pytest.raises(ApiError, match=VIOLATED):
            await evict(w, second)  # at once: the first is not even gone
        await w.until(lambda: counts(w)[3] == 1 and "disruptedPods" not in status(w))  # its successor runs
        await evict(w, second)


async def test_an_evicted_pod_counts_for_nothing_unless_it_stays() -> None:
    clock = HeldClock()
    async with world(*PARTS, clock=clock) as w:
        first, _ = await deployed(w, 2)
        await w.client.create(BUDGETS, budget(minAvailable=1), "default")
        await w.until(lambda: counts(w) == (2, 2, 1, 1))
        noted = {"status": {"disruptedPods": {first: clock.stamp()}}}
        await w.client.patch(BUDGETS, "b", noted, "default", subresource="status")
        await w.until(lambda: counts(w) == (2, 1, 1, 0))
        await clock.advance(PATIENCE + 2)
        await w.until(lambda: counts(w) == (2, 2, 1, 1) and "disruptedPods" not in status(w))


async def test_a_pod_that_is_not_ready_goes_where_nothing_is_lost() -> None:
    async with world(DisruptionController, Scheduler) as w:
        w.kubelet.ready = False
        for name in ("one", "two"):
            await w.client.create("pods", pod(name) | {"metadata": {"name": name, "labels": {"app": "web"}}}, "default")
        await w.until(lambda: sum(p["status"].get("phase") == "Running" for p in w.list("pods")) == 2)
        await w.client.create(BUDGETS, budget(minAvailable=1), "default")
        await w.until(lambda: counts(w) == (2, 0, 1, 0))
        with pytest.raises(ApiError, match=VIOLATED):
            await evict(w, "one")
        always = {"spec": {"unhealthyPodEvictionPolicy": "AlwaysAllow"}}
        await w.client.patch(BUDGETS, "b", always, "default")
        await evict(w, "one")


async def test_two_budgets_of_one_pod_are_refused() -> None:
    async with world(*PARTS) as w:
        [name] = await deployed(w, 1)
        for each in ("a", "b"):
            await w.client.create(BUDGETS, budget(each, minAvailable=0), "default")
        with pytest.raises(ApiError, match="This pod has more than one PodDisruptionBudget") as refused:
            await evict(w, name)
        assert refused.value.code == 500


async def test_pods_of_a_job_cannot_be_counted() -> None:
    async with world(DisruptionController, Scheduler) as w:
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "u", "controller": True}
        metadata = {"name": "p", "labels": {"app": "web"}, "ownerReferences": [owner]}
        await w.client.create("pods", pod("p") | {"metadata": metadata}, "default")
        await w.client.create(BUDGETS, budget(maxUnavailable=1), "default")
        await w.until(lambda: status(w).get("conditions"))
        [condition] = status(w)["conditions"]
        assert condition["reason"] == "SyncFailed"
        assert condition["message"] == "jobs.batch does not implement the scale subresource"


async def test_what_a_budget_may_not_say(served: Served) -> None:
    path = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
    for spec, words in (
        ({"minAvailable": 1, "maxUnavailable": 1}, "minAvailable and maxUnavailable cannot be both set"),
        ({"minAvailable": "101%"}, "must not be greater than 100%"),
        ({"minAvailable": -1}, "must be greater than or equal to 0"),
        ({"unhealthyPodEvictionPolicy": "Never"}, 'supported values: "AlwaysAllow", "IfHealthyBudget"'),
    ):
        answer = await served.call("POST", path, budget(**spec))
        assert answer.status == 422 and words in answer.body["message"], answer.body
