"""Whatever happens to Deployments and their Pods, in whatever order: in the end everything is as it was asked for."""

import asyncio
import contextlib
import random

import pytest
from loopkube.controllers.endpointslices import RESOURCE
from loopkube.controllers.pods import is_ready, is_terminating
from loopkube.shared.status import ApiError
from world import World, deployment, service, world

NAMES = ("a", "b", "c")


async def change(w: World, name: str, spec: dict) -> None:
    await w.client.patch("deployments.apps", name, {"spec": spec}, "default", type="strategic")


async def disturb(w: World, chance: random.Random) -> None:
    """One thing that a person or a program may do."""
    name, what = chance.choice(NAMES), chance.choice(("scale", "image", "pause", "kill", "unready", "fail"))
    if what == "scale":
        await change(w, name, {"replicas": chance.randint(0, 5)})
    elif what == "image":
        containers = [{"name": "app", "image": f"python:3.{chance.randint(10, 14)}"}]
        await change(w, name, {"template": {"spec": {"containers": containers}}})
    elif what == "pause":
        await change(w, name, {"paused": chance.random() < 0.5})
    elif pods := [p for p in w.list("pods") if p["status"].get("podIP")]:
        victim = chance.choice(pods)
        with contextlib.suppress(ApiError):
            if what == "kill":
                await w.client.delete("pods", victim["metadata"]["name"], "default")
            else:
                await w.kubelet.report(victim, ready=False, phase="Failed" if what == "fail" else "Running")


async def heal(w: World) -> None:
    for pod in w.list("pods"):
        sick = pod["status"].get("podIP") and pod["status"]["phase"] == "Running" and not is_ready(pod)
        if sick and not is_terminating(pod):
            await w.kubelet.report(pod, ready=True)


def is_as_wanted(w: World, name: str) -> bool:
    wanted = w.get("deployments.apps", name)
    count, image = wanted["spec"]["replicas"], wanted["spec"]["template"]["spec"]["containers"][0]["image"]
    pods = [p for p in w.list("pods") if p["metadata"]["labels"]["app"] == name and p["status"]["phase"] != "Failed"]
    numbers = {wanted["status"].get(n, 0) for n in ("replicas", "updatedReplicas", "availableReplicas")}
    seen = wanted["status"].get("observedGeneration") == wanted["metadata"]["generation"]
    right = all(p["spec"]["containers"][0]["image"] == image for p in pods)
    return seen and right and len(pods) == count and numbers == {count} and endpoints(w, name) == names(pods)


def names(pods: list[dict]) -> set[str]:
    return {p["metadata"]["name"] for p in pods}


def endpoints(w: World, name: str) -> set[str]:
    """The Pods that the Service's slices call ready, when its Endpoints say the same."""
    slices = [s for s in w.list(RESOURCE) if s["metadata"]["labels"]["kubernetes.io/service-name"] == name]
    ready = {e["targetRef"]["name"] for s in slices for e in s.get("endpoints") or () if e["conditions"]["ready"]}
    subsets = w.get("endpoints", name).get("subsets") or ()
    assert len(slices) == 1
    return ready if ready == {a["targetRef"]["name"] for s in subsets for a in s.get("addresses", ())} else set("?")


@pytest.mark.parametrize("seed", range(4))
async def test_everything_comes_to_rest_as_wanted(seed):
    chance = random.Random(seed)
    async with world(nodes=("one", "two")) as w:
        for name in NAMES:
            strategy = {"strategy": {"type": "Recreate"}} if name == "c" else {}
            await w.client.create("deployments.apps", deployment(name, 2, **strategy), "default")
            await w.client.create("services", service(name), "default")
        for _ in range(80):
            await disturb(w, chance)
            for _ in range(chance.randint(0, 30)):
                await asyncio.sleep(0)
        for name in NAMES:
            await change(w, name, {"paused": False})
        async with asyncio.timeout(10):
            while not all(is_as_wanted(w, name) for name in NAMES):
                await heal(w)
                await w.quiet()
        for name in NAMES:
            sets = [s for s in w.list("replicasets.apps") if s["metadata"]["labels"]["app"] == name]
            images = [s["spec"]["template"]["spec"]["containers"][0]["image"] for s in sets]
            assert len(images) == len(set(images))
