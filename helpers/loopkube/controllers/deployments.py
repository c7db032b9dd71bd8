"""Deployments: a ReplicaSet for each revision of the template, and the way from one to the next."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import rollout
from loopkube.controllers.deployment_sync import Hands, Sync
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import Claims, controller_of, controller_uid, orphan_namespace
from loopkube.controllers.pods import is_finished
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import is_empty, labels_of, matches

SETTLING = 0.15
BETWEEN_CHANGES = 0.03
SELECTING_ALL = "This deployment is selecting all pods. A non-empty selector is required."


class DeploymentController(Controller):
    """Rolls a Deployment's ReplicaSets out and back (pkg/controller/deployment)."""

    component = "deployment-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._deployments = self.follow("deployments.apps", self._deployment_changed)
        self._sets = self.follow("replicasets.apps", self._set_changed)
        self._pods = self.follow("pods", self._pod_changed)
        self._by_namespace = self._deployments.index("namespace", lambda obj: (obj["metadata"]["namespace"],))
        self._by_uid = self._deployments.index("uid", lambda obj: (obj["metadata"]["uid"],))
        self._sets_by_owner = self._sets.index("controller", controller_uid)
        self._sets_by_uid = self._sets.index("uid", lambda obj: (obj["metadata"]["uid"],))
        self._orphans = self._sets.index("orphans", orphan_namespace)
        self._writes, self._own = Writes(self._sets, clock), Writes(self._deployments, clock)
        self._hands = Hands(
            client, clock, self.recorder, self._writes, self._own, self._pods.index("controller", controller_uid)
        )
        self._claims = Claims(client, "replicasets.apps", "deployments.apps", self._writes.wrote)

    def _deployment_changed(self, type: str, obj: dict, old: dict | None) -> None:
        """A new spec waits a moment, since changes in quick succession make one ReplicaSet, in Kubernetes too.

        Where there are Pods it waits longer than one command takes: rollouts are so quick here that `kubectl rollout
        status` right after the change would find nothing to wait for.
        """
        changed = old and type == "MODIFIED" and old["metadata"].get("generation") != obj["metadata"].get("generation")
        if not changed:
            self.queue.add(key_of(obj))
        elif obj["spec"].get("replicas"):
            self.queue.add_after(key_of(obj), SETTLING)
        else:
            self.queue.postpone(key_of(obj), BETWEEN_CHANGES)

    def _set_changed(self, type: str, replica_set: dict, old: dict | None) -> None:
        for seen in (replica_set, old) if old else (replica_set,):
            for deployment in self._by_uid.of((controller_of(seen) or {}).get("uid")):
                self.queue.add(key_of(deployment))
        if controller_of(replica_set) is None and type != "DELETED":
            for selecting in self._by_namespace.of(replica_set["metadata"]["namespace"]):
                if matches(selecting["spec"]["selector"], labels_of(replica_set)):
                    self.queue.add(key_of(selecting))

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        """Only Recreate waits for Pods to go; everything else shows in the ReplicaSets."""
        if type != "DELETED" and not is_finished(pod):
            return
        for replica_set in self._sets_by_uid.of((controller_of(pod) or {}).get("uid")):
            for deployment in self._by_uid.of((controller_of(replica_set) or {}).get("uid")):
                if not rollout.is_rolling(deployment):
                    self.queue.add(key_of(deployment))

    async def reconcile(self, key: Key) -> None:
        """Does nothing while its own last writes are not seen yet; the changes that it makes ask for it again."""
        deployment = self._deployments.items.get(key)
        if deployment is None:
            self._writes.forget(key)
            self._own.forget(key)
            return
        if not self._writes.visible(key) or not self._own.visible(key):
            return
        if is_empty(deployment["spec"]["selector"]):
            await self.recorder.event(deployment, "Warning", "SelectingAll", SELECTING_ALL)
            return
        metadata = deployment["metadata"]
        candidates = self._sets_by_owner.of(metadata["uid"]) + self._orphans.of(metadata["namespace"])
        sets = await self._claims.claim(deployment, candidates)
        again = await Sync(self._hands, key, deployment, sets).run()
        if again:
            self.queue.add_after(key, again)
