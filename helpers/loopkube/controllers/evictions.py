"""Taint eviction: Pods on a node with a NoExecute taint go, at once or when their toleration ends."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.loop import Controller
from loopkube.shared.clock import Clock
from loopkube.shared.placement import tolerates, untolerated
from loopkube.shared.status import ApiError

DISRUPTION = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByTaintManager",
    "message": "Taint manager: deleting due to NoExecute taint",
}


class TaintEvictionController(Controller):
    """Deletes Pods that do not tolerate a NoExecute taint, after tolerationSeconds (pkg/controller/tainteviction)."""

    component = "taint-eviction-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._since: dict[str, float] = {}
        self._nodes = self.follow("nodes", self._node_changed)
        self._pods = self.follow("pods")
        self._pods_on = self._pods.index("node", lambda pod: filter(None, [pod["spec"].get("nodeName")]))
        self._pods.on_change(self._pod_changed)

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        if old is None or _no_execute(node) != _no_execute(old):
            for pod in self._pods_on.of(node["metadata"]["name"]) if _no_execute(node) or old else ():
                self.queue.add(key_of(pod))

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        if type == "DELETED":
            self._since.pop(pod["metadata"]["uid"], None)
        elif pod["spec"].get("nodeName") and (old is None or old["spec"] != pod["spec"]):
            self.queue.add(key_of(pod))

    async def reconcile(self, key: Key) -> None:
        """Asks to be called again when the shortest toleration is over."""
        pod = self._pods.items.get(key)
        if pod is None or pod["metadata"].get("deletionTimestamp"):
            return
        node = self._nodes.get("", pod["spec"].get("nodeName", ""))
        taints = _no_execute(node) if node else []
        uid = pod["metadata"]["uid"]
        if not taints:
            if self._since.pop(uid, None) is not None:
                text = f"Cancelling deletion of Pod {key[0]}/{key[1]}"
                await self.recorder.event(pod, "Normal", "TaintManagerEviction", text)
            return
        stay = seconds_to_stay(pod, taints)
        if stay is None:
            return
        waited = self.clock.monotonic() - self._since.setdefault(uid, self.clock.monotonic())
        if waited < stay:
            self.queue.add_after(key, stay - waited)
            return
        await self._evict(key, pod)

    async def _evict(self, key: Key, pod: dict) -> None:
        await self.recorder.event(pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key[0]}/{key[1]}")
        condition = DISRUPTION | {"lastTransitionTime": self.clock.stamp()}
        patch = {"status": {"conditions": [condition]}}
        try:
            # before the deletion: who sees the Pod go reads why in its last state
            await self.client.patch("pods", key[1], patch, key[0], subresource="status", type="strategic")
            await self.client.delete("pods", key[1], key[0], uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code != 404:
                raise


def seconds_to_stay(pod: dict, taints: list[dict]) -> float | None:
    """0 when a taint is not tolerated, None when all are for ever, else the shortest time."""
    spec = pod["spec"]
    if untolerated(spec, {"spec": {"taints": taints}}, ("NoExecute",)):
        return 0.0
    used = [t for t in spec.get("tolerations") or () if any(tolerates(t, taint) for taint in taints)]
    limits = [t["tolerationSeconds"] for t in used if t.get("tolerationSeconds") is not None]
    return max(0.0, min(limits)) if limits else None


def _no_execute(node: dict) -> list[dict]:
    return [t for t in node.get("spec", {}).get("taints") or () if t["effect"] == "NoExecute"]
