"""DaemonSets: a Pod on every node that they select."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import daemon_pods
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.daemon_plan import Daemons, Steps, by_node, manage, status, update
from loopkube.controllers.daemon_revisions import RESOURCE as REVISIONS
from loopkube.controllers.daemon_revisions import Revisions
from loopkube.controllers.hashing import template_hash
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import Claims, controller_of, controller_uid, orphan_namespace
from loopkube.controllers.pods import available_in
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import is_empty, labels_of, matches
from loopkube.shared.status import ApiError

SELECTING_ALL = "This daemon set is selecting all pods. A non-empty selector is required."
FIRST_PAUSE, LAST_PAUSE = 1.0, 900.0


class DaemonSetController(Controller):
    """Keeps one Pod on each node that a DaemonSet selects (pkg/controller/daemon)."""

    component = "daemonset-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._sets = self.follow("daemonsets.apps", self._set_changed)
        self._nodes = self.follow("nodes", self._node_changed)
        self._pods = self.follow("pods", self._pod_changed)
        self._by_uid = self._sets.index("uid", lambda obj: (obj["metadata"]["uid"],))
        self._by_namespace = self._sets.index("namespace", lambda obj: (obj["metadata"]["namespace"],))
        self._pods_by_owner = self._pods.index("controller", controller_uid)
        self._orphans = self._pods.index("orphans", orphan_namespace)
        self._writes, self._own = Writes(self._pods, clock), Writes(self._sets, clock)
        self._claims = Claims(client, "pods", "daemonsets.apps", self._writes.wrote)
        self._revisions = Revisions(client, self.follow(REVISIONS), clock)
        self._pauses: dict[tuple[str, str], tuple[float, float]] = {}

    def _set_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        if type != "MODIFIED" or old is None or _matter(old) != _matter(node):
            for key in self._sets.items:
                self.queue.add(key)

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        for seen in (pod, old) if old else (pod,):
            for owner in self._by_uid.of((controller_of(seen) or {}).get("uid")):
                self.queue.add(key_of(owner))
        if controller_of(pod) is None and type != "DELETED":
            for daemon_set in self._by_namespace.of(pod["metadata"]["namespace"]):
                if matches(daemon_set["spec"]["selector"], labels_of(pod)):
                    self.queue.add(key_of(daemon_set))

    async def reconcile(self, key: Key) -> None:
        """Waits until its own last writes are seen: a Pod that it does not see yet would be made twice."""
        daemon_set = self._sets.items.get(key)
        if daemon_set is None:
            self._writes.forget(key)
            self._own.forget(key)
            self._revisions.forget(key)
            return
        if is_empty(daemon_set["spec"]["selector"]):
            await self.recorder.event(daemon_set, "Warning", "SelectingAll", SELECTING_ALL)
            return
        if not self._own.visible(key) or daemon_set["metadata"].get("deletionTimestamp"):
            return
        failure = None
        if self._writes.visible(key):
            try:
                daemons = await self._look(key, daemon_set)
                pods = [pod for on_node in daemons.pods.values() for pod in on_node]
                await self._revisions.keep(key, daemon_set, daemons.hash, pods)
                await self._step(key, daemons)
            except ApiError as error:
                failure = error
        # looked at again, for the steps have changed what there is; told also where one of them failed
        await self._report(key, await self._look(key, daemon_set))
        if failure and not namespace_ends(failure):
            raise failure

    async def _look(self, key: Key, daemon_set: dict) -> Daemons:
        metadata, spec = daemon_set["metadata"], daemon_set["spec"]
        candidates = self._pods_by_owner.of(metadata["uid"]) + self._orphans.of(metadata["namespace"])
        pods = by_node(await self._claims.claim(daemon_set, candidates))
        nodes = [self._nodes.items[name] for name in sorted(self._nodes.items)]
        hash = template_hash(spec["template"], daemon_set.get("status", {}).get("collisionCount", 0))
        least = spec.get("minReadySeconds", 0)
        return Daemons(daemon_set, hash, nodes, pods, lambda pod: self._available(key, pod, least))

    def _available(self, key: Key, pod: dict, least: int) -> bool:
        wait = available_in(pod, least, self.clock.now())
        if wait:
            self.queue.add_after(key, wait)
        return wait == 0

    async def _step(self, key: Key, daemons: Daemons) -> None:
        steps = manage(daemons)
        if not steps.create and not steps.delete:
            # only when each node has its Pod: an update takes Pods away
            steps = update(daemons)
        await self._delete(key, daemons.daemon_set, steps)
        for node in steps.create:
            await self._create(key, daemons, node)

    async def _create(self, key: Key, daemons: Daemons, node: str) -> None:
        pod = daemon_pods.make(daemons.daemon_set, node, daemons.hash)
        try:
            made = await self.client.create("pods", pod, key[0])
        except ApiError as error:
            if not namespace_ends(error):
                text = f"Error creating: {error.message}"
                await self.recorder.event(daemons.daemon_set, "Warning", "FailedCreate", text)
            raise
        self._writes.wrote(key, made)
        text = f"Created pod: {made['metadata']['name']}"
        await self.recorder.event(daemons.daemon_set, "Normal", "SuccessfulCreate", text)

    async def _delete(self, key: Key, daemon_set: dict, steps: Steps) -> None:
        for pod in steps.delete:
            metadata = pod["metadata"]
            if pod in steps.failed and not await self._tell_ended(key, daemon_set, pod):
                continue
            self._writes.deleted(key, pod)
            try:
                await self.client.delete("pods", metadata["name"], key[0], uid=metadata["uid"])
            except ApiError as error:
                if error.code in (404, 409):
                    continue
                # it stays: to wait until it is seen to go would hold up everything else
                self._writes.forget(key)
                text = f"Error deleting: {error.message}"
                await self.recorder.event(daemon_set, "Warning", "FailedDelete", text)
                raise
            text = f"Deleted pod: {metadata['name']}"
            await self.recorder.event(daemon_set, "Normal", "SuccessfulDelete", text)

    async def _tell_ended(self, key: Key, daemon_set: dict, pod: dict) -> bool:
        """Tells that a Pod ended; False while it is too early to replace one that fails again and again."""
        node, now = daemon_pods.node_of(pod), self.clock.monotonic()
        last, pause = self._pauses.get((daemon_set["metadata"]["uid"], node), (now - LAST_PAUSE, FIRST_PAUSE / 2))
        if now - last < pause:
            self.queue.add_after(key, last + pause - now)
            return False
        longer = FIRST_PAUSE if now - last >= 2 * LAST_PAUSE else min(pause * 2, LAST_PAUSE)
        self._pauses[daemon_set["metadata"]["uid"], node] = now, longer
        where = f"daemon pod {key[0]}/{pod['metadata']['name']} on node {node}"
        if pod["status"]["phase"] == "Failed":
            text = f"Found failed {where}, will try to kill it"
            await self.recorder.event(daemon_set, "Warning", "FailedDaemonPod", text)
        else:
            text = f"Found succeeded {where}, will try to delete it"
            await self.recorder.event(daemon_set, "Normal", "SucceededDaemonPod", text)
        return True

    async def _report(self, key: Key, daemons: Daemons) -> None:
        desired, known = status(daemons), daemons.daemon_set.get("status", {})
        conditions = {"conditions": known["conditions"]} if known.get("conditions") else {}
        if desired | conditions != known:
            changed = daemons.daemon_set | {"status": desired | conditions}
            self._own.wrote(key, await self.client.update("daemonsets.apps", changed, subresource="status"))


def _matter(node: dict) -> tuple:
    spec = node.get("spec", {})
    return labels_of(node), spec.get("taints"), spec.get("unschedulable")
