"""Nodes that fall silent, the Pods on them, Pods of nodes that are gone; load balancers; events that grow old."""

from held_clock import HeldClock
from loopkube.client.events import Recorder
from loopkube.controllers.evictions import TaintEvictionController, seconds_to_stay
from loopkube.controllers.expired_events import BETWEEN_ROUNDS, LIFETIME, ExpiredEventController
from loopkube.controllers.loadbalancers import FINALIZER, LoadBalancerController
from loopkube.controllers.nodes import GRACE, NodeController
from loopkube.controllers.pod_garbage import QUARANTINE, PodGarbageController
from loopkube.controllers.pods import condition
from loopkube.controllers.scheduling.scheduler import Scheduler
from world import World, pod, service, world

HEALTH = (NodeController, TaintEvictionController, PodGarbageController, Scheduler)


def ready(w: World, name: str) -> tuple[str, str]:
    found = condition(w.get("nodes", name, ""), "Ready")
    return found["status"], found.get("reason", "")


def taints(w: World, name: str) -> list[tuple[str, str]]:
    found = w.get("nodes", name, "")["spec"].get("taints") or []
    return [(t["key"].removeprefix("node.kubernetes.io/"), t["effect"]) for t in found]


async def beat(w: World, name: str) -> None:
    """The kubelet of a node renews its lease."""
    spec = {"holderIdentity": name, "renewTime": w.clock.micro_stamp()}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}, "spec": spec}
    if w.get("leases.coordination.k8s.io", name, "kube-node-lease") is None:
        await w.client.create("leases.coordination.k8s.io", lease, "kube-node-lease")
    else:
        await w.client.patch("leases.coordination.k8s.io", name, {"spec": spec}, "kube-node-lease")


async def live(w: World, clock: HeldClock, seconds: int, *nodes: str) -> None:
    """Lets time pass while these nodes are alive."""
    for _ in range(0, seconds, 10):
        for name in nodes:
            await beat(w, name)
        await clock.advance(10)


async def test_a_silent_node_is_marked_and_tainted_and_comes_back():
    clock = HeldClock()
    async with world(*HEALTH, clock=clock, nodes=("one", "two")) as w:
        await w.add_namespace("kube-node-lease")
        await live(w, clock, 60, "one", "two")
        assert (ready(w, "two")[0], taints(w, "two")) == ("True", [])
        await live(w, clock, int(GRACE) + 10, "one")
        assert ready(w, "two") == ("Unknown", "NodeStatusUnknown")
        assert taints(w, "two") == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]
        assert ready(w, "one")[0] == "True"
        told = ("Node", "Normal", "NodeNotReady", "Node two status is now: NodeNotReady")
        await w.until(lambda: told in w.events())
        again = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": clock.stamp()}
        await w.client.patch(
            "nodes", "two", {"status": {"conditions": [again]}}, subresource="status", type="strategic"
        )
        await w.until(lambda: taints(w, "two") == [])


async def test_a_cluster_whose_only_node_is_silent_evicts_nobody():
    clock = HeldClock()
    async with world(*HEALTH, clock=clock) as w:
        await clock.advance(GRACE + 1)
        assert ready(w, "one") == ("Unknown", "NodeStatusUnknown")
        assert taints(w, "one") == [("unreachable", "NoSchedule")]


async def test_pods_of_a_silent_node_are_not_ready_and_later_evicted():
    clock = HeldClock()
    async with world(*HEALTH, clock=clock, nodes=("one", "two")) as w:
        await w.add_namespace("kube-node-lease")
        await w.client.create("pods", pod("web", nodeSelector={"kubernetes.io/hostname": "two"}), "default")
        await w.until(lambda: w.get("pods", "web")["status"].get("podIP"))
        await live(w, clock, int(GRACE) + 10, "one")
        await w.until(lambda: condition(w.get("pods", "web"), "Ready")["status"] == "False")
        await live(w, clock, 280, "one")
        assert w.get("pods", "web")
        await live(w, clock, 30, "one")
        await w.until(lambda: w.get("pods", "web") is None)
        await w.until(
            lambda: ("Pod", "Normal", "TaintManagerEviction", "Marking for deletion Pod default/web") in w.events()
        )


async def test_pods_stay_when_their_node_comes_back_in_time():
    clock = HeldClock()
    async with world(TaintEvictionController, Scheduler, clock=clock) as w:
        await w.client.create("pods", pod("web"), "default")
        await w.until(lambda: w.get("pods", "web")["status"].get("podIP"))
        taint = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
        await w.client.patch("nodes", "one", {"spec": {"taints": [taint]}})
        await clock.advance(100)
        await w.client.patch("nodes", "one", {"spec": {"taints": None}})
        await clock.advance(1000)
        assert not w.get("pods", "web")["metadata"].get("deletionTimestamp")
        await w.until(lambda: any("Cancelling deletion" in e[3] for e in w.events()))


async def test_a_taint_that_is_not_tolerated_evicts_at_once():
    async with world(TaintEvictionController, Scheduler) as w:
        await w.client.create("pods", pod("web"), "default")
        await w.client.create("pods", pod("firm", tolerations=[{"operator": "Exists"}]), "default")
        await w.until(lambda: all(p["status"].get("podIP") for p in w.list("pods")))
        await w.client.patch("nodes", "one", {"spec": {"taints": [{"key": "off", "effect": "NoExecute"}]}})
        await w.until(lambda: w.get("pods", "web") is None)
        await w.quiet()
        assert w.get("pods", "firm")


def test_the_shortest_toleration_counts():
    taint = {"key": "a", "effect": "NoExecute"}

    def stay(*tolerations: dict) -> float | None:
        return seconds_to_stay({"spec": {"tolerations": list(tolerations)}}, [taint])

    assert stay() == 0
    assert stay({"key": "a", "operator": "Exists"}) is None
    assert stay({"key": "a", "operator": "Exists", "tolerationSeconds": 30}) == 30
    assert stay({"operator": "Exists"}, {"key": "a", "operator": "Exists", "tolerationSeconds": 5}) == 5
    assert stay({"key": "b", "operator": "Exists"}) == 0


async def test_cordoning_taints_a_node():
    async with world(NodeController) as w:
        await w.client.patch("nodes", "one", {"spec": {"unschedulable": True}})
        await w.until(lambda: taints(w, "one") == [("unschedulable", "NoSchedule")])
        await w.client.patch("nodes", "one", {"spec": {"unschedulable": None}})
        await w.until(lambda: taints(w, "one") == [])
        assert ("Node", "Normal", "RegisteredNode", "Node one event: Registered Node one in Controller") in w.events()


async def test_pods_of_a_node_that_is_gone_are_removed():
    clock = HeldClock()
    async with world(PodGarbageController, Scheduler, clock=clock, kubelet=False) as w:
        await w.client.create("pods", pod("web"), "default")
        await w.until(lambda: w.get("pods", "web")["spec"].get("nodeName"))
        await w.client.delete("nodes", "one")
        await clock.advance(QUARANTINE - 5)
        assert w.get("pods", "web")
        await clock.advance(10)
        await w.until(lambda: w.get("pods", "web") is None)


async def test_without_a_provider_a_load_balancer_stays_pending():
    async with world(LoadBalancerController) as w:
        await w.client.create("services", service(type="LoadBalancer"), "default")
        await w.quiet()
        assert w.get("services", "web")["status"] == {"loadBalancer": {}}


class OneAddress:
    """A provider from which every Service gets the same address."""

    def __init__(self, ip: str) -> None:
        self._ip = ip

    async def ensure(self, service: dict) -> list[dict]:
        return [{"ip": self._ip, "ipMode": "VIP"}]

    async def remove(self, service: dict) -> None:
        pass


async def test_a_provider_gives_and_takes_addresses():
    async with world(LoadBalancerController, load_balancers=OneAddress("127.0.0.1")) as w:
        await w.client.create("services", service(type="LoadBalancer"), "default")
        await w.until(lambda: w.get("services", "web")["status"]["loadBalancer"].get("ingress"))
        assert w.get("services", "web")["status"]["loadBalancer"]["ingress"] == [{"ip": "127.0.0.1", "ipMode": "VIP"}]
        assert w.get("services", "web")["metadata"]["finalizers"] == [FINALIZER]
        await w.until(lambda: {e[2] for e in w.events()} == {"EnsuringLoadBalancer", "EnsuredLoadBalancer"})
        await w.client.delete("services", "web", "default")
        await w.until(lambda: w.get("services", "web") is None)


async def test_events_are_kept_for_an_hour():
    clock = HeldClock()
    async with world(ExpiredEventController, clock=clock) as w:
        recorder = Recorder(w.client, clock, "test")
        await recorder.event(w.get("nodes", "one", ""), "Normal", "Old", "old")
        await recorder.flush()
        await clock.advance(LIFETIME - BETWEEN_ROUNDS)
        await recorder.event(w.get("nodes", "one", ""), "Normal", "New", "new")
        await recorder.flush()
        assert len(w.events()) == 2
        await clock.advance(3 * BETWEEN_ROUNDS)
        assert {e[2] for e in w.events()} == {"New"}
        await recorder.stop()


async def test_a_pause_of_the_cluster_is_no_silence_of_its_nodes():
    clock = HeldClock()
    async with world(*HEALTH, clock=clock, nodes=("one", "two")) as w:
        await w.add_namespace("kube-node-lease")
        await live(w, clock, 30, "one", "two")
        clock.jump(GRACE + 25)  # all timers are due at once, and the judge's may come first
        await clock.advance(1)
        assert (ready(w, "one")[0], ready(w, "two")[0]) == ("True", "True")
        await live(w, clock, int(GRACE) + 10, "one")
        assert (ready(w, "one")[0], ready(w, "two")[0]) == ("True", "Unknown"), "silence after the pause counts"
