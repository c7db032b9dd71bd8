"""The scheduler: where Pods go, what is said of those that go nowhere, and when they are tried again."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.deployments import DeploymentController
from loopkube.controllers.replicasets import ReplicaSetController
from loopkube.controllers.scheduling.filters import PodInfo, Refusal
from loopkube.controllers.scheduling.nodes import amount, requested
from loopkube.controllers.scheduling.queue import Attempts
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.controllers.scheduling.verdict import message
from world import World, deployment, pod, world

NO_HELP = "Preemption is not helpful for scheduling"


async def create(w: World, obj: dict) -> None:
    await w.client.create("pods", obj, "default")


async def node_of(w: World, name: str) -> str:
    return await w.until(lambda: w.get("pods", name)["spec"].get("nodeName"), "pods")


async def why_not(w: World, name: str) -> str:
    def unscheduled() -> dict | None:
        conditions = w.get("pods", name)["status"].get("conditions") or ()
        return next((c for c in conditions if c["type"] == "PodScheduled" and c["status"] == "False"), None)

    found = await w.until(unscheduled, "pods")
    assert found["reason"] == "Unschedulable"
    return found["message"]


def asking(name: str, **requests: str) -> dict:
    made = pod(name)
    made["spec"]["containers"][0]["resources"] = {"requests": requests}
    return made


async def test_a_pod_gets_a_node_and_an_event():
    async with world(Scheduler) as w:
        await create(w, pod("web"))
        assert await node_of(w, "web") == "one"
        await w.until(lambda: w.events(), "events")
        assert w.events() == {("Pod", "Normal", "Scheduled", "Successfully assigned default/web to one")}
        (event,) = w.list("events")
        assert (event["reportingComponent"], event["action"]) == ("default-scheduler", "Binding")
        (condition,) = [c for c in w.get("pods", "web")["status"]["conditions"] if c["type"] == "PodScheduled"]
        assert condition["status"] == "True"


async def test_what_fits_nowhere_is_told_as_kubernetes_tells_it():
    async with world(Scheduler) as w:
        await create(w, pod("web", nodeSelector={"disk": "gold"}))
        told = (
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to "
            f"deallocate, preemption: 0/1 nodes are available: 1 {NO_HELP}."
        )
        assert await why_not(w, "web") == told
        await w.until(lambda: w.events(), "events")
        assert w.events() == {("Pod", "Warning", "FailedScheduling", told)}
        (condition,) = w.get("pods", "web")["status"]["conditions"]
        assert condition["observedGeneration"] == 1 and condition["lastProbeTime"] is None


async def test_each_node_has_its_own_reason():
    async with world(Scheduler, nodes=()) as w:
        await w.add_node("a", taints=[{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])
        await w.add_node("b", unschedulable=True)
        await w.add_node("c")
        await w.add_node("d")
        await create(w, asking("web", cpu="3"))
        assert await why_not(w, "web") == (
            "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, "
            f"2 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 4 {NO_HELP}."
        )


async def test_without_nodes():
    async with world(Scheduler, nodes=()) as w:
        await create(w, pod("web"))
        assert await why_not(w, "web") == "no nodes available to schedule pods"
        await w.add_node("one")
        assert await node_of(w, "web") == "one"


async def test_a_label_that_comes_later_helps():
    async with world(Scheduler) as w:
        await create(w, pod("web", nodeSelector={"disk": "gold"}))
        await why_not(w, "web")
        await w.client.patch("nodes", "one", {"metadata": {"labels": {"disk": "gold"}}})
        assert await node_of(w, "web") == "one"


async def test_room_that_becomes_free_helps_but_only_after_a_pause():
    clock = HeldClock()
    async with world(Scheduler, clock=clock) as w:
        await create(w, asking("first", cpu="2"))
        await node_of(w, "first")
        await create(w, asking("second", cpu="1"))
        assert "1 Insufficient cpu" in await why_not(w, "second")
        assert "1 No preemption victims found for incoming pod" in await why_not(w, "second")
        await w.client.delete("pods", "first", "default", grace=0)
        await clock.advance(0.9)
        assert "nodeName" not in w.get("pods", "second")["spec"]
        await clock.advance(0.2)
        assert await node_of(w, "second") == "one"


async def test_heartbeats_of_nodes_make_no_work():
    clock = HeldClock()
    async with world(Scheduler, clock=clock) as w:
        await create(w, pod("web", nodeSelector={"disk": "gold"}))
        await why_not(w, "web")
        version = w.get("pods", "web")["metadata"]["resourceVersion"]
        beat = {"status": {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": clock.stamp()}]}}
        await w.client.patch("nodes", "one", beat, subresource="status", type="strategic")
        await clock.advance(20)
        assert w.get("pods", "web")["metadata"]["resourceVersion"] == version
        assert [e.get("series") for e in w.list("events")] == [None]


async def test_replicas_spread_evenly():
    async with world(DeploymentController, ReplicaSetController, Scheduler, nodes=("a", "b", "c")) as w:
        await w.client.create("deployments.apps", deployment(replicas=6), "default")
        await w.until(lambda: sum("nodeName" in p["spec"] for p in w.list("pods")) == 6)
        nodes = sorted(p["spec"]["nodeName"] for p in w.list("pods"))
        assert nodes == ["a", "a", "b", "b", "c", "c"]


async def test_two_pods_never_get_the_same_free_place():
    async with world(Scheduler, nodes=("a", "b"), kubelet=False) as w:
        for name in ("x", "y", "z"):
            await create(w, asking(name, cpu="1500m"))
        await w.until(lambda: sum("nodeName" in p["spec"] for p in w.list("pods")) == 2)
        assert {p["spec"]["nodeName"] for p in w.list("pods") if "nodeName" in p["spec"]} == {"a", "b"}
        assert "2 Insufficient cpu" in await why_not(w, "z")


async def test_a_host_port_is_given_once_a_node():
    async with world(Scheduler) as w:
        for name in ("one", "two"):
            made = pod(name)
            made["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": 80}]
            await create(w, made)
        await node_of(w, "one")
        assert "1 node(s) didn't have free ports for the requested pod ports" in await why_not(w, "two")


async def test_taints_are_tolerated():
    async with world(Scheduler, nodes=()) as w:
        await w.add_node("edge", taints=[{"key": "edge", "value": "yes", "effect": "NoSchedule"}])
        await create(w, pod("equal", tolerations=[{"key": "edge", "value": "yes", "effect": "NoSchedule"}]))
        await create(w, pod("exists", tolerations=[{"operator": "Exists"}]))
        await create(w, pod("other", tolerations=[{"key": "edge", "value": "no"}]))
        assert await node_of(w, "equal") == await node_of(w, "exists") == "edge"
        assert "1 node(s) had untolerated taint(s)" in await why_not(w, "other")


def affinity(kind: str, **term: object) -> dict:
    term = {"labelSelector": {"matchLabels": {"app": "db"}}, "topologyKey": "kubernetes.io/hostname"} | term
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


async def test_pods_seek_and_shun_each_other():
    async with world(Scheduler, nodes=("a", "b")) as w:
        await create(w, pod("near", affinity=affinity("podAffinity")))
        assert "2 node(s) didn't match pod affinity rules" in await why_not(w, "near")
        await create(w, pod("db", nodeSelector={"kubernetes.io/hostname": "b"}))
        await node_of(w, "db")
        await create(w, pod("far", affinity=affinity("podAntiAffinity")))
        assert await node_of(w, "far") == "a"
        assert await node_of(w, "near") == "b"
        await create(w, pod("nowhere", nodeName=None, affinity=affinity("podAntiAffinity", topologyKey="none")))
        assert await node_of(w, "nowhere")


async def test_a_pod_that_shuns_others_is_shunned_by_them():
    async with world(Scheduler) as w:
        await create(w, pod("alone", affinity=affinity("podAntiAffinity")))
        await node_of(w, "alone")
        await create(w, pod("db"))
        assert "1 node(s) didn't satisfy existing pods anti-affinity rules" in await why_not(w, "db")


async def test_topology_spread_constraints_hold():
    constraint = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"spread": "yes"}},
    }
    async with world(Scheduler, nodes=()) as w:
        await w.add_node("a", labels={"zone": "east"}, unschedulable=True)
        await w.add_node("b", labels={"zone": "west"})
        for n in range(2):
            made = pod(f"web-{n}", topologySpreadConstraints=[constraint])
            made["metadata"]["labels"] = {"spread": "yes"}
            await create(w, made)
        assert await node_of(w, "web-0") == "b"
        told = await why_not(w, "web-1")
        assert "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable" in told


async def test_the_more_important_pod_comes_first():
    clock = HeldClock()
    async with world(Scheduler, clock=clock, nodes=()) as w:
        await w.add_node("one", unschedulable=True)
        for name, priority in (("low", None), ("high", "system-node-critical")):
            await create(w, asking(name, cpu="2") if priority is None else _critical(name, priority))
            await why_not(w, name)
        await clock.advance(5)
        await w.client.patch("nodes", "one", {"spec": {"unschedulable": None}})
        assert await node_of(w, "high") == "one"
        await w.until(lambda: "Insufficient cpu" in w.get("pods", "low")["status"]["conditions"][0]["message"])


def _critical(name: str, priority: str) -> dict:
    made = asking(name, cpu="2")
    made["spec"]["priorityClassName"] = priority
    return made


async def test_pods_of_another_scheduler_and_gated_ones_are_left_alone():
    async with world(Scheduler) as w:
        await create(w, pod("theirs", schedulerName="theirs"))
        await create(w, pod("gated", schedulingGates=[{"name": "example.com/wait"}]))
        await create(w, pod("ours"))
        await node_of(w, "ours")
        assert "nodeName" not in w.get("pods", "theirs")["spec"]
        assert "nodeName" not in w.get("pods", "gated")["spec"]
        await w.client.patch("pods", "gated", {"spec": {"schedulingGates": None}}, "default")
        assert await node_of(w, "gated") == "one"


def test_requests_of_a_pod():
    def container(cpu: str, **more: object) -> dict:
        return {"resources": {"requests": {"cpu": cpu}}, **more}

    found = {"spec": {"containers": [container("100m"), container("0.2")], "initContainers": [container("1")]}}
    assert requested(found)["cpu"] == 1000
    found["spec"]["initContainers"] = [container("50m", restartPolicy="Always"), container("100m")]
    found["spec"]["overhead"] = {"cpu": "5m"}
    assert requested(found)["cpu"] == 355
    assert amount("memory", "1Gi") == 2**30


def test_the_verdict_of_a_pod_that_may_not_preempt():
    refusals = {"a": Refusal(("Too many pods",), final=False), "b": Refusal(("Insufficient memory",), final=False)}
    wanted = PodInfo({"spec": {"containers": [], "preemptionPolicy": "Never"}})
    assert message(wanted, refusals) == (
        "0/2 nodes are available: 1 Insufficient memory, 1 Too many pods. "
        "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
    )


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (9, 10)])
def test_pauses_grow(count, seconds):
    assert Attempts(count, last=100.0).wait(100.0) == seconds
