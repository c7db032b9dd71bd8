"""Pod garbage collection: nobody is left to end Pods of nodes that no longer exist, and of Pods that no node has."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.loop import Controller
from loopkube.controllers.pods import is_finished, is_terminating
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

QUARANTINE = 40.0
"""Seconds in which a node that disappeared may come back to its Pods."""
DISRUPTION = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByPodGC",
    "message": "PodGC: node no longer exists",
}


class PodGarbageController(Controller):
    """Deletes Pods whose node is gone (pkg/controller/podgc)."""

    component = "pod-garbage-collector"

    def __init__(self, client: Client, informers: Informers, clock: Clock, quarantine: float = QUARANTINE) -> None:
        super().__init__(client, informers, clock)
        self._quarantine = quarantine
        self._gone: dict[str, float] = {}
        self._nodes = self.follow("nodes")
        self._pods = self.follow("pods")
        self._pods_on = self._pods.index("node", lambda pod: filter(None, [pod["spec"].get("nodeName")]))
        self._nodes.on_change(self._node_changed)
        self._pods.on_change(self._pod_changed)

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        if type == "DELETED":
            for pod in self._pods_on.of(node["metadata"]["name"]):
                self.queue.add(key_of(pod))
        else:
            self._gone.pop(node["metadata"]["name"], None)

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        moved = old is None or old["spec"].get("nodeName") != pod["spec"].get("nodeName")
        if type != "DELETED" and (moved or _is_left(pod)):
            self.queue.add(key_of(pod))

    async def reconcile(self, key: Key) -> None:
        """Removes a Pod whose node is gone, after the quarantine that upstream gives the node to come back."""
        pod = self._pods.items.get(key)
        if pod and _is_left(pod):
            await self._remove(key, pod)
        name = pod["spec"].get("nodeName") if pod else None
        if pod is None or not name or self._nodes.get("", name):
            return
        since = self._gone.setdefault(name, self.clock.monotonic())
        waited = self.clock.monotonic() - since
        if waited < self._quarantine:
            self.queue.add_after(key, self._quarantine - waited)
        elif await self._node_is_gone(name):
            await self._remove(key, pod)

    async def _node_is_gone(self, name: str) -> bool:
        try:
            # of the API: the local copy may be behind
            await self.client.get("nodes", name)
        except ApiError as error:
            if error.code != 404:
                raise
            return True
        return False

    async def _remove(self, key: Key, pod: dict) -> None:
        try:
            # before it goes: who made it counts it as failed
            if not is_finished(pod):
                condition = DISRUPTION | {"lastTransitionTime": self.clock.stamp()}
                conditions = {} if _is_left(pod) else {"conditions": [condition]}
                patch = {"status": {"phase": "Failed"} | conditions}
                await self.client.patch("pods", key[1], patch, key[0], subresource="status", type="strategic")
            await self.client.delete("pods", key[1], key[0], grace=0, uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code != 404:
                raise


def _is_left(pod: dict) -> bool:
    """A Pod without a node that is being deleted, held by a finalizer: it is said to have failed."""
    return is_terminating(pod) and not is_finished(pod) and not pod["spec"].get("nodeName")
