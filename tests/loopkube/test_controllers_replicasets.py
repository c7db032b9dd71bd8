"""ReplicaSets: the number of Pods, which go first, adoption and release."""

from datetime import UTC, datetime, timedelta

from loopkube.controllers.replicasets import ReplicaSetController, ReplicationController
from loopkube.controllers.scale_down import COST, first_to_go
from loopkube.controllers.scheduling.scheduler import Scheduler
from world import World, deployment, pod, world

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def replica_set(name: str = "web", replicas: int = 2, **spec: object) -> dict:
    found = deployment(name, replicas, **spec)
    return found | {"kind": "ReplicaSet"}


def active(w: World) -> list[dict]:
    return [p for p in w.list("pods") if not p["metadata"].get("deletionTimestamp")]


async def create(w: World, obj: dict, resource: str = "replicasets.apps") -> dict:
    return await w.client.create(resource, obj, "default")


async def test_pods_are_made_named_and_owned():
    async with world(ReplicaSetController, kubelet=False) as w:
        made = await create(w, replica_set())
        await w.until(lambda: len(w.list("pods")) == 2)
        await w.quiet()
        for found in w.list("pods"):
            assert found["metadata"]["generateName"] == "web-"
            assert found["metadata"]["name"].startswith("web-")
            assert found["metadata"]["labels"] == {"app": "web"}
            owner = found["metadata"]["ownerReferences"][0]
            assert (owner["kind"], owner["uid"]) == ("ReplicaSet", made["metadata"]["uid"])
        told = {message for kind, _, reason, message in w.events() if reason == "SuccessfulCreate"}
        assert told == {f"Created pod: {p['metadata']['name']}" for p in w.list("pods")}


async def test_never_one_pod_too_many_however_often_the_set_changes():
    async with world(ReplicaSetController, Scheduler) as w:
        most = []
        w.store.subscribe("pods", lambda _: most.append(len(w.list("pods"))))
        await create(w, replica_set(replicas=3))
        for n in range(20):
            change = {"metadata": {"annotations": {"n": str(n)}}}
            await w.client.patch("replicasets.apps", "web", change, "default")
        await w.until(lambda: w.get("replicasets.apps", "web")["status"].get("availableReplicas") == 3)
        await w.quiet()
        assert max(most) == 3


async def test_a_pod_that_goes_is_replaced():
    async with world(ReplicaSetController, Scheduler) as w:
        await create(w, replica_set(replicas=1))
        (first,) = await w.until(lambda: w.list("pods"))
        await w.client.delete("pods", first["metadata"]["name"], "default")
        await w.until(lambda: active(w) and active(w)[0]["metadata"]["uid"] != first["metadata"]["uid"])


async def test_a_pod_that_ended_is_replaced():
    async with world(ReplicaSetController, Scheduler) as w:
        await create(w, replica_set(replicas=1))
        (first,) = await w.until(lambda: w.list("pods"))
        await w.kubelet.report(first, ready=False, phase="Failed")
        await w.until(lambda: len(w.list("pods")) == 2)
        assert w.get("replicasets.apps", "web")["spec"]["replicas"] == 1


async def test_a_pod_without_an_owner_is_adopted():
    async with world(ReplicaSetController, kubelet=False) as w:
        await create(w, pod("web"), "pods")
        made = await create(w, replica_set(replicas=1))
        await w.until(lambda: w.get("pods", "web")["metadata"].get("ownerReferences"))
        await w.quiet()
        assert w.get("pods", "web")["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
        assert len(w.list("pods")) == 1


async def test_a_pod_that_no_longer_matches_is_released_and_replaced():
    async with world(ReplicaSetController, kubelet=False) as w:
        await create(w, replica_set(replicas=1))
        (first,) = await w.until(lambda: w.list("pods"))
        name = first["metadata"]["name"]
        await w.client.patch("pods", name, {"metadata": {"labels": {"app": "quarantine"}}}, "default")
        await w.until(lambda: len(w.list("pods")) == 2)
        assert "ownerReferences" not in w.get("pods", name)["metadata"]


async def test_scaling_down_deletes_and_tells():
    async with world(ReplicaSetController, Scheduler) as w:
        await create(w, replica_set(replicas=3))
        await w.until(lambda: w.get("replicasets.apps", "web")["status"].get("availableReplicas") == 3)
        await w.client.patch("replicasets.apps", "web", {"spec": {"replicas": 1}}, "default")
        await w.until(lambda: len(w.list("pods")) == 1)
        await w.until(lambda: w.get("replicasets.apps", "web")["status"].get("replicas") == 1)
        await w.until(lambda: len([e for e in w.events() if e[2] == "SuccessfulDelete"]) == 2)


async def test_a_ready_pod_is_available_after_min_ready_seconds():
    async with world(ReplicaSetController, Scheduler) as w:
        await create(w, replica_set(replicas=1, minReadySeconds=1))
        await w.until(lambda: w.get("replicasets.apps", "web")["status"].get("readyReplicas") == 1)
        assert "availableReplicas" not in w.get("replicasets.apps", "web")["status"]
        await w.until(lambda: w.get("replicasets.apps", "web")["status"].get("availableReplicas") == 1)


def made(
    name: str,
    *,
    node: str = "one",
    phase: str = "Running",
    ready: bool = True,
    restarts: int = 0,
    age: int = 60,
    cost: str = "",
) -> dict:
    born = (NOW - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": born}
    return {
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": name,
            "creationTimestamp": born,
            "annotations": {COST: cost} if cost else {},
        },
        "spec": {"nodeName": node, "containers": []},
        "status": {"phase": phase, "conditions": [condition], "containerStatuses": [{"restartCount": restarts}]},
    }


def order(*pods: dict) -> list[str]:
    """The names in the order in which the Pods would go."""
    left, names = list(pods), []
    while left:
        (next_one,) = first_to_go(left, 1, left, NOW) if len(left) > 1 else left
        names.append(next_one["metadata"]["name"])
        left.remove(next_one)
    return names


def test_what_serves_least_goes_first():
    assert order(
        made("old", age=4000),
        made("restarted", age=4000, restarts=3),
        made("young", age=30),
        made("cheap", cost="-5", age=4000),
        made("not-ready", ready=False),
        made("pending", phase="Pending", ready=False),
        made("unassigned", node="", phase="Pending", ready=False),
    ) == ["unassigned", "pending", "not-ready", "cheap", "young", "restarted", "old"]


def test_of_two_on_one_node_one_goes_first():
    assert order(made("alone", node="two", age=10), made("a", age=4000), made("b", age=4000))[0] in ("a", "b")


def replication_controller(replicas: int = 2) -> dict:
    found = replica_set(replicas=replicas)
    spec = {key: value for key, value in found["spec"].items() if key != "selector"}
    return found | {"apiVersion": "v1", "kind": "ReplicationController", "spec": spec}


async def test_a_replication_controller_does_the_same_with_a_plain_selector():
    async with world(ReplicationController, Scheduler) as w:
        made = await create(w, replication_controller(), "replicationcontrollers")
        assert made["spec"]["selector"] == {"app": "web"}
        assert made["metadata"]["labels"] == {"app": "web"}
        await w.until(lambda: w.get("replicationcontrollers", "web")["status"].get("availableReplicas") == 2)
        await w.client.patch("replicationcontrollers", "web", {"spec": {"replicas": 1}}, "default", subresource="scale")
        await w.until(lambda: len(w.list("pods")) == 1)
        await w.quiet()
        (pod_,) = w.list("pods")
        assert pod_["metadata"]["ownerReferences"][0]["kind"] == "ReplicationController"
        assert "terminatingReplicas" not in w.get("replicationcontrollers", "web")["status"]
