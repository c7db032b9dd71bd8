"""The scheduler: gives every Pod a node, or says why it has none.

It looks at its own picture of the nodes, where a Pod counts from the moment its node is chosen, so that two Pods
never get the same free place.
"""

import asyncio
import logging

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.scheduling import claims
from loopkube.controllers.scheduling.filters import PodInfo, Refusal, refused
from loopkube.controllers.scheduling.neighbours import AFFINITY, Neighbours
from loopkube.controllers.scheduling.nodes import Nodes, NodeState
from loopkube.controllers.scheduling.queue import PodQueue
from loopkube.controllers.scheduling.scores import best
from loopkube.controllers.scheduling.verdict import message, of_every_node
from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended
from loopkube.shared.labels import labels_of
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)
NAME = "default-scheduler"


class Scheduler:
    """Schedules the Pods whose `schedulerName` is `name`."""

    def __init__(self, client: Client, informers: Informers, clock: Clock, name: str = NAME) -> None:
        self._client, self._clock, self._name = client, clock, name
        self._recorder = Recorder(client, clock, name)
        self._nodes, self._queue = Nodes(), PodQueue(clock)
        self._pod_informer = informers.of("pods")
        self._node_informer = informers.of("nodes")
        self._namespaces = informers.of("namespaces")
        self._task: asyncio.Task | None = None
        self._ready = asyncio.Event()
        self._node_informer.on_change(self._node_changed)
        self._pod_informer.on_change(self._pod_changed)

    async def start(self) -> None:
        """Begins to schedule; starting twice is harmless."""
        if self._task is None:
            for informer in (self._node_informer, self._pod_informer, self._namespaces):
                await informer.start()
            self._task = asyncio.create_task(self._run(), name="scheduler")

    async def ready(self) -> None:
        """Returns once it knows all nodes and Pods."""
        await self._ready.wait()

    async def stop(self) -> None:
        """Ends the queue first, so that no other Pod is taken. Harmless when called twice."""
        task, self._task = self._task, None
        self._queue.stop()
        await self._recorder.stop()
        await ended(task)

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        name = node["metadata"]["name"]
        self._nodes.set_node(name, None if type == "DELETED" else node)
        if type == "ADDED" or (old is not None and _offers(node) != _offers(old)):
            self._queue.wake()

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        key, node = key_of(pod), pod["spec"].get("nodeName")
        gone = type == "DELETED" or pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        if gone:
            self._queue.remove(key)
            if self._nodes.take(key):
                self._queue.wake(by_pods=True)
        elif node:
            self._queue.remove(key)
            self._nodes.put(pod, node)
            if old is None or not old["spec"].get("nodeName") or labels_of(old) != labels_of(pod):
                self._queue.wake(by_pods=True)
        elif self._is_mine(pod) and (old is None or old["spec"] != pod["spec"] or labels_of(old) != labels_of(pod)):
            self._queue.add(key, pod["spec"].get("priority") or 0)
        elif pod["metadata"].get("deletionTimestamp"):
            self._queue.remove(key)

    def _is_mine(self, pod: dict) -> bool:
        spec = pod["spec"]
        named = spec.get("schedulerName", NAME) == self._name
        return named and not spec.get("schedulingGates") and not pod["metadata"].get("deletionTimestamp")

    async def _run(self) -> None:
        for informer in (self._node_informer, self._pod_informer, self._namespaces):
            await informer.synced()
        self._ready.set()
        while True:
            key = await self._queue.take()
            pod = self._pod_informer.items.get(key)
            # it may be gone or another one since it was put in line
            if pod is None or pod["spec"].get("nodeName") or not self._is_mine(pod):
                continue
            try:
                await self._schedule(key, pod)
            except (ApiError, OSError, TimeoutError) as error:
                log.debug("scheduling %s: %s", key, error)
                self._queue.retry(key, pod["spec"].get("priority") or 0)
            except Exception:
                # One Pod that cannot be judged must not keep all others from their nodes.
                log.exception("scheduling %s", key)
                self._queue.retry(key, pod["spec"].get("priority") or 0)

    async def _schedule(self, key: Key, pod: dict) -> None:
        pod_info, why = PodInfo(pod), await claims.missing(self._client, pod)
        if why:
            # before it is told: what frees room meanwhile has to find it in line
            self._queue.park(key, pod["spec"].get("priority") or 0, by_pods=False)
            await self._refuse(pod, of_every_node(len(list(self._nodes.present())), why))
            return
        fitting, refusals = self._judge(pod_info)
        if not fitting:
            by_pods = any(not refusal.final or refusal is AFFINITY for refusal in refusals.values())
            # before it is told, here too
            self._queue.park(key, pod["spec"].get("priority") or 0, by_pods=by_pods)
            await self._refuse(pod, message(pod_info, refusals))
            return
        chosen = best(pod_info, fitting, self._nodes)
        # before the request: the next Pod must not be promised the same room
        self._nodes.put(pod, chosen.name)
        try:
            await self._bind(pod, chosen.name)
        except BaseException:
            self._nodes.take(key)
            raise

    def _judge(self, pod_info: PodInfo) -> tuple[list[NodeState], dict[str, Refusal]]:
        """The nodes that would take the Pod, and the refusals of the others."""
        neighbours = Neighbours(pod_info, self._nodes, self._namespaces)
        fitting, refusals = [], {}
        for state in self._nodes.present():
            refusal = refused(pod_info, state) or neighbours.refused(state)
            if refusal:
                refusals[state.name] = refusal
            else:
                fitting.append(state)
        return fitting, refusals

    async def _bind(self, pod: dict, node: str) -> None:
        metadata = pod["metadata"]
        name, namespace = metadata["name"], metadata["namespace"]
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": name, "namespace": namespace, "uid": metadata["uid"]},
            "target": {"kind": "Node", "name": node},
        }
        await self._client.create("pods", binding, namespace, name=name, subresource="binding")
        text = f"Successfully assigned {namespace}/{name} to {node}"
        await self._recorder.event(pod, "Normal", "Scheduled", text, action="Binding")

    async def _refuse(self, pod: dict, why: str) -> None:
        """Says in an event and in the condition PodScheduled why the Pod has no node."""
        await self._recorder.event(pod, "Warning", "FailedScheduling", why, action="Scheduling")
        metadata = pod["metadata"]
        known = (pod.get("status") or {}).get("conditions") or ()
        old: dict = next((c for c in known if c["type"] == "PodScheduled"), {})
        new = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": why,
            "observedGeneration": metadata.get("generation", 1),
        }
        if all(old.get(field) == value for field, value in new.items()):
            return
        changed: dict = {"lastProbeTime": None}
        if old.get("status") != "False":
            changed["lastTransitionTime"] = self._clock.stamp()
        patch = {"status": {"conditions": [new | changed]}}
        await self._client.patch(
            "pods", metadata["name"], patch, metadata["namespace"], subresource="status", type="strategic"
        )


def _offers(node: dict) -> tuple:
    """What of a node matters to a waiting Pod; its heartbeats do not."""
    status = node.get("status", {})
    return labels_of(node), node.get("spec", {}), status.get("allocatable"), status.get("capacity")
