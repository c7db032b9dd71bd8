"""The lives of a ReplicationController and of a StatefulSet, verb by verb, as upstream's specs lead them."""

from loopkube.controllers.replicasets import ReplicationController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.controllers.statefulsets import StatefulSetController
from world import World, deployment, world

CONTROLLERS, SETS = "replicationcontrollers", "statefulsets.apps"


def status(w: World, resource: str) -> dict:
    return w.get(resource, "web")["status"]


async def test_the_life_of_a_replication_controller() -> None:
    async with world(ReplicationController, Scheduler) as w:
        obj = deployment() | {"apiVersion": "v1", "kind": "ReplicationController"}
        obj["spec"]["selector"] = {"app": "web"}
        await w.client.create(CONTROLLERS, obj, "default")
        await w.until(lambda: status(w, CONTROLLERS).get("readyReplicas") == 1)
        patch = {"status": {"readyReplicas": 0, "availableReplicas": 0}}
        answer = await w.client.patch(CONTROLLERS, "web", patch, "default", subresource="status", type="strategic")
        assert not answer["status"].get("readyReplicas")
        await w.until(lambda: status(w, CONTROLLERS).get("readyReplicas") == 1)  # the controller knows better
        await w.client.patch(CONTROLLERS, "web", {"spec": {"replicas": 2}}, "default", subresource="scale")
        await w.until(lambda: status(w, CONTROLLERS).get("readyReplicas") == 2)


async def test_a_patched_stateful_set_rolls_and_grows() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        await w.client.create(SETS, deployment() | {"kind": "StatefulSet"}, "default")
        await w.until(lambda: status(w, SETS).get("readyReplicas") == 1)
        containers = [{"name": "app", "image": "python:3.12"}]
        template = {"spec": {"terminationGracePeriodSeconds": 0, "containers": containers}}
        patch = {"metadata": {"labels": {"test-ss": "patched"}}, "spec": {"replicas": 2, "template": template}}
        await w.client.patch(SETS, "web", patch, "default", type="strategic")

        def rolled() -> bool:
            found = status(w, SETS)
            return found.get("readyReplicas") == 2 and found.get("currentRevision") == found.get("updateRevision")

        await w.until(rolled)
        assert {pod["spec"]["containers"][0]["image"] for pod in w.list("pods")} == {"python:3.12"}
