"""ReplicaSets and their elder, ReplicationControllers: as many Pods as `spec.replicas` says, made from the template."""

import asyncio
import logging

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import Claims, controller_of, controller_uid, orphan_namespace, selector_of
from loopkube.controllers.pods import available_in, from_template, is_active, is_ready, is_terminating
from loopkube.controllers.scale_down import first_to_go
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import labels_of, matches
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)
BURST = 500
"""Pods made or deleted in one go (upstream's BurstReplicas)."""


class ReplicaSetController(Controller):
    """Keeps as many Pods as a ReplicaSet asks for (pkg/controller/replicaset)."""

    component = "replicaset-controller"
    resource, kind = "replicasets.apps", "ReplicaSet"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._sets = self.follow(self.resource, self._set_changed)
        self._pods = self.follow("pods", self._pod_changed)
        self._pods_by_owner = self._pods.index("controller", controller_uid)
        self._orphans = self._pods.index("orphans", orphan_namespace)
        self._sets_by_owner = self._sets.index("controller", controller_uid)
        self._sets_by_namespace = self._sets.index("namespace", lambda obj: (obj["metadata"]["namespace"],))
        self._sets_by_uid = self._sets.index("uid", lambda obj: (obj["metadata"]["uid"],))
        self._writes, self._own = Writes(self._pods, clock), Writes(self._sets, clock)
        self._claims = Claims(client, "pods", self.resource, self._writes.wrote)

    def _set_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        for seen in (pod, old) if old else (pod,):
            controller = controller_of(seen)
            if controller and controller["kind"] == self.kind:
                for owner in self._sets_by_uid.of(controller["uid"]):
                    self.queue.add(key_of(owner))
        if controller_of(pod) is None and type != "DELETED":
            for replica_set in self._sets_by_namespace.of(pod["metadata"]["namespace"]):
                if matches(selector_of(replica_set), labels_of(pod)):
                    self.queue.add(key_of(replica_set))

    async def reconcile(self, key: Key) -> None:
        """Waits until its own last writes are seen (upstream's expectations): else it would make Pods twice."""
        replica_set = self._sets.items.get(key)
        if replica_set is None:
            self._writes.forget(key)
            self._own.forget(key)
            return
        if not self._own.visible(key):
            return
        metadata = replica_set["metadata"]
        candidates = self._pods_by_owner.of(metadata["uid"]) + self._orphans.of(metadata["namespace"])
        claimed = await self._claims.claim(replica_set, [p for p in candidates if is_active(p) or is_terminating(p)])
        pods = [pod for pod in claimed if is_active(pod)]
        failure = None
        if self._writes.visible(key) and not metadata.get("deletionTimestamp"):
            failure = await self._scale(key, replica_set, pods)
        await self._report(key, replica_set, pods, [p for p in claimed if is_terminating(p)], failure)
        if failure:
            # after the report: the status tells of it, and the key comes again
            raise failure

    async def _scale(self, key: Key, replica_set: dict, pods: list[dict]) -> ApiError | None:
        missing = replica_set["spec"].get("replicas", 1) - len(pods)
        try:
            if missing > 0:
                await self._create(key, replica_set, min(missing, BURST))
            elif missing < 0:
                await self._delete(key, replica_set, pods, min(-missing, BURST))
        except ApiError as error:
            return error
        return None

    async def _create(self, key: Key, replica_set: dict, count: int) -> None:
        for _ in range(count):
            pod = from_template(replica_set, replica_set["spec"]["template"])
            try:
                made = await self.client.create("pods", pod, pod["metadata"]["namespace"])
            except ApiError as error:
                if namespace_ends(error):
                    return
                await self.recorder.event(replica_set, "Warning", "FailedCreate", f"Error creating: {error.message}")
                raise
            self._writes.wrote(key, made)
            message = f"Created pod: {made['metadata']['name']}"
            await self.recorder.event(replica_set, "Normal", "SuccessfulCreate", message)

    async def _delete(self, key: Key, replica_set: dict, pods: list[dict], count: int) -> None:
        chosen = first_to_go(pods, count, self._related(replica_set), self.clock.now())
        await asyncio.gather(*(self._delete_one(key, replica_set, pod) for pod in chosen))

    async def _delete_one(self, key: Key, replica_set: dict, pod: dict) -> None:
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        # before the request: the change may be seen before the answer
        self._writes.deleted(key, pod)
        try:
            await self.client.delete("pods", name, namespace, uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code in (404, 409):
                return
            # it stays after all: nobody is to wait until it is seen to go
            self._writes.forget(key)
            await self.recorder.event(replica_set, "Warning", "FailedDelete", f"Error deleting: {error.message}")
            raise
        await self.recorder.event(replica_set, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")

    def _related(self, replica_set: dict) -> list[dict]:
        """The active Pods of all ReplicaSets of the same Deployment."""
        controller = controller_of(replica_set)
        sets = self._sets_by_owner.of(controller["uid"]) if controller else [replica_set]
        return [p for s in sets for p in self._pods_by_owner.of(s["metadata"]["uid"]) if is_active(p)]

    async def _report(
        self, key: Key, replica_set: dict, pods: list[dict], terminating: list[dict], failure: ApiError | None
    ) -> None:
        desired, again = self._status(replica_set, pods, len(terminating), failure)
        if again:
            self.queue.add_after(key, again)
        if desired != replica_set.get("status"):
            changed = replica_set | {"status": desired}
            self._own.wrote(key, await self.client.update(self.resource, changed, subresource="status"))

    def _status(
        self, replica_set: dict, pods: list[dict], terminating: int, failure: ApiError | None
    ) -> tuple[dict, float]:
        """The status to show, and in how many seconds the next Pod will become available (0: none will)."""
        spec, template = replica_set["spec"], replica_set["spec"]["template"]
        template_labels = {"matchLabels": (template.get("metadata") or {}).get("labels") or {}}
        waits = [available_in(pod, spec.get("minReadySeconds", 0), self.clock.now()) for pod in pods]
        counts = {
            "fullyLabeledReplicas": sum(matches(template_labels, labels_of(pod)) for pod in pods),
            "readyReplicas": sum(map(is_ready, pods)),
            "availableReplicas": sum(wait == 0 for wait in waits),
            "observedGeneration": replica_set["metadata"].get("generation", 0),
        }
        desired = {"replicas": len(pods)} | {n: v for n, v in counts.items() if v}
        if self.kind == "ReplicaSet":
            desired["terminatingReplicas"] = terminating
        conditions = self._conditions(replica_set, len(pods), failure)
        return desired | ({"conditions": conditions} if conditions else {}), min(filter(None, waits), default=0.0)

    def _conditions(self, replica_set: dict, count: int, failure: ApiError | None) -> list[dict]:
        known = replica_set.get("status", {}).get("conditions") or []
        others = [c for c in known if c["type"] != "ReplicaFailure"]
        if failure is None:
            return others
        old = next((c for c in known if c["type"] == "ReplicaFailure"), None)
        if old:
            return known
        reason = "FailedCreate" if count < replica_set["spec"].get("replicas", 1) else "FailedDelete"
        failed = {"type": "ReplicaFailure", "status": "True", "reason": reason, "message": failure.message}
        return [*others, failed | {"lastTransitionTime": self.clock.stamp()}]


class ReplicationController(ReplicaSetController):
    """The same for core/v1 ReplicationControllers, as kube-controller-manager does it too."""

    component = "replication-controller"
    resource, kind = "replicationcontrollers", "ReplicationController"
