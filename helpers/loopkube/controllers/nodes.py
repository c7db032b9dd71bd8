"""Node lifecycle: a node that is no longer heard of is marked, tainted, and its Pods counted as not ready."""

import asyncio

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.controllers.node_health import Heartbeat, is_node_ready, sign_of_life, unknown_conditions, wanted_taints
from loopkube.controllers.pods import condition
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

GRACE = 50.0
"""Seconds without a sign of life until a node counts as lost (kube-controller-manager's default since v1.32)."""
MONITOR = 5.0
"""Between two looks at the nodes. One that comes twice as late follows a pause of this process: kube-controller-manager
then loses its own lease (after 10 s, too), and its next process begins to count anew."""
LEASES = "kube-node-lease"


class NodeController(Controller):
    """Its keys are names of nodes."""

    component = "node-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock, grace: float = GRACE) -> None:
        super().__init__(client, informers, clock)
        self._grace, self._period = grace, min(MONITOR, grace / 4)
        self._heard: dict[str, Heartbeat] = {}
        self._registered: set[str] = set()
        self._looked = clock.monotonic()
        self._leases = self.follow("leases.coordination.k8s.io")
        self._nodes = self.follow("nodes")
        self._pods = self.follow("pods")
        self._pods_on = self._pods.index("node", lambda pod: filter(None, [pod["spec"].get("nodeName")]))
        self._leases.on_change(self._lease_changed)
        self._nodes.on_change(self._node_changed)

    def _lease_changed(self, type: str, lease: dict, old: dict | None) -> None:
        if lease["metadata"]["namespace"] == LEASES and type != "DELETED":
            self._listen(lease["metadata"]["name"])

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        name = node["metadata"]["name"]
        self._listen(name)
        self.queue.add(name)
        if old is None or type == "DELETED" or is_node_ready(old) != is_node_ready(node):
            # whether anybody is evicted depends on all of them (`_taint`)
            for other in self._nodes.items.values():
                self.queue.add(other["metadata"]["name"])

    def _listen(self, name: str) -> None:
        """Notes a sign of life. Times in the sign itself are not compared: clocks differ, and clusters sleep."""
        sign = sign_of_life(self._nodes.get("", name), self._leases.get(LEASES, name))
        heard = self._heard.get(name)
        if heard is None or heard.sign != sign:
            self._heard[name] = Heartbeat(sign, self.clock.monotonic())

    async def start(self) -> None:
        """Besides its queue it looks at all nodes now and then: a missing heartbeat is no event."""
        if not self._tasks:
            await super().start()
            self._tasks.append(asyncio.create_task(self._monitor(), name="node monitor"))

    async def _monitor(self) -> None:
        while True:
            self._look()
            await self.clock.sleep(self._period)

    def _look(self) -> None:
        """After a pause (a stopped process or machine) nobody can have been heard: what went before does not count."""
        now, before = self.clock.monotonic(), self._looked
        self._looked = now
        if now - before > 2 * self._period:
            self._heard = {name: Heartbeat(heard.sign, now) for name, heard in self._heard.items()}

    async def reconcile(self, key: str) -> None:
        """Taints by the node's conditions, and tells its Pods when it is no longer ready
        (pkg/controller/nodelifecycle)."""
        # first: after a pause the silence was this process's own
        self._look()
        node = self._nodes.get("", key)
        if node is None:
            await self._removed(key)
            return
        if key not in self._registered:
            self._registered.add(key)
            text = f"Node {key} event: Registered Node {key} in Controller"
            await self.recorder.event(node, "Normal", "RegisteredNode", text)
        silent = self.clock.monotonic() - self._heard[key].at
        if silent < self._grace:
            self.queue.add_after(key, self._grace - silent)
        else:
            node = await self._lost(node)
        await self._taint(node)
        if not is_node_ready(node) and condition(node, "Ready"):
            await self._mark_pods(key)

    async def _removed(self, name: str) -> None:
        self._heard.pop(name, None)
        if name in self._registered:
            self._registered.discard(name)
            gone = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "uid": name}}
            text = f"Node {name} event: Removing Node {name} from Controller"
            await self.recorder.event(gone, "Normal", "RemovingNode", text)

    async def _lost(self, node: dict) -> dict:
        """Writes that nothing is known of the node any more."""
        changed = unknown_conditions(node, self.clock.stamp())
        if not changed:
            return node
        name = node["metadata"]["name"]
        was_ready = is_node_ready(node)
        patch = {"status": {"conditions": changed}}
        node = await self.client.patch("nodes", name, patch, subresource="status", type="strategic")
        if was_ready:
            text = f"Node {name} status is now: NodeNotReady"
            await self.recorder.event(node, "Normal", "NodeNotReady", text)
        return node

    async def _taint(self, node: dict) -> None:
        """When no node at all is ready, the fault is taken to be here, and nobody is evicted."""
        evict = any(is_node_ready(other) for other in self._nodes.items.values())
        taints = wanted_taints(node, self.clock.stamp(), evict=evict)
        if taints == (node.get("spec", {}).get("taints") or []):
            return
        # a patch replaces the whole list: refused where somebody else has changed it meanwhile
        metadata = {"resourceVersion": node["metadata"]["resourceVersion"]}
        patch = {"metadata": metadata, "spec": {"taints": taints or None}}
        await self.client.patch("nodes", node["metadata"]["name"], patch)

    async def _mark_pods(self, name: str) -> None:
        for pod in self._pods_on.of(name):
            ready = condition(pod, "Ready")
            if ready is None or ready["status"] != "True":
                continue
            changed = {"type": "Ready", "status": "False", "lastTransitionTime": self.clock.stamp()}
            patch = {"status": {"conditions": [changed]}}
            metadata = pod["metadata"]
            await self.recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready")
            try:
                await self.client.patch(
                    "pods", metadata["name"], patch, metadata["namespace"], subresource="status", type="strategic"
                )
            except ApiError as error:
                if error.code != 404:
                    raise
