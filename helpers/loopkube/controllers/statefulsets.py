"""StatefulSets: numbered Pods that keep their names, made and replaced one after the other."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import stateful_plan as plan
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_of, controller_uid
from loopkube.controllers.pods import available_in, is_finished, is_ready, is_terminating
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

RESOURCE, REVISIONS = "statefulsets.apps", "controllerrevisions.apps"


class StatefulSetController(Controller):
    """Makes a StatefulSet's Pods in order, one after the other has become ready (pkg/controller/statefulset)."""

    component = "statefulset-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._sets = self.follow(RESOURCE, self._set_changed)
        self._pods = self.follow("pods", self._owned_changed)
        self._revisions = self.follow(REVISIONS, self._owned_changed)
        self._pods_by_owner = self._pods.index("controller", controller_uid)
        self._revisions_by_owner = self._revisions.index("controller", controller_uid)
        self._writes, self._own = Writes(self._pods, clock), Writes(self._sets, clock)
        self._told = Writes(self._revisions, clock)

    def _set_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _owned_changed(self, type: str, obj: dict, old: dict | None) -> None:
        owner = controller_of(obj)
        if owner and owner["kind"] == "StatefulSet":
            self.queue.add((obj["metadata"]["namespace"], owner["name"]))

    async def reconcile(self, key: Key) -> None:
        """Does nothing while its own last writes are not seen yet: by what it knows, it would make a Pod twice."""
        stateful_set = self._sets.items.get(key)
        if stateful_set is None:
            for writes in (self._writes, self._own, self._told):
                writes.forget(key)
            return
        seen = all(writes.visible(key) for writes in (self._writes, self._own, self._told))
        if not seen or stateful_set["metadata"].get("deletionTimestamp"):
            return
        revision = await self._revision(key, stateful_set)
        owned = self._pods_by_owner.of(stateful_set["metadata"]["uid"])
        pods = {plan.ordinal_of(stateful_set, pod): pod for pod in owned}
        pods.pop(-1, None)
        healthy = {ordinal for ordinal, pod in pods.items() if self._available(key, stateful_set, pod)}
        # before the steps: they make what was counted here an old picture
        await self._report(key, stateful_set, pods, len(healthy), revision)
        steps = plan.next_steps(stateful_set, pods, healthy, revision)
        for pod in steps.delete:
            await self._delete(key, stateful_set, pod)
        for ordinal in steps.create:
            await self._create(key, stateful_set, ordinal, revision)

    def _available(self, key: Key, stateful_set: dict, pod: dict) -> bool:
        wait = available_in(pod, stateful_set["spec"].get("minReadySeconds", 0), self.clock.now())
        if wait:
            self.queue.add_after(key, wait)
        return wait == 0 and not is_terminating(pod)

    async def _revision(self, key: Key, stateful_set: dict) -> str:
        """The name of the present template's revision, which is the newest; what nobody uses any more goes."""
        known = self._revisions_by_owner.of(stateful_set["metadata"]["uid"])
        name, newest = plan.revision_name(stateful_set), max((r["revision"] for r in known), default=0)
        present = next((r for r in known if r["metadata"]["name"] == name), None)
        if present is None:
            made = await self.client.create(REVISIONS, plan.make_revision(stateful_set, newest + 1), key[0])
            self._told.wrote(key, made)
        elif present["revision"] != newest:
            patch = {"revision": newest + 1}
            self._told.wrote(key, await self.client.patch(REVISIONS, name, patch, key[0]))
        status = stateful_set.get("status") or {}
        used = {name, status.get("currentRevision"), status.get("updateRevision")}
        idle = sorted((r for r in known if r["metadata"]["name"] not in used), key=lambda r: r["revision"])
        limit = stateful_set["spec"].get("revisionHistoryLimit", 10)
        for old in idle[: max(0, len(idle) - limit)]:
            self._told.deleted(key, old)
            await self.client.delete(REVISIONS, old["metadata"]["name"], key[0], uid=old["metadata"]["uid"])
        return name

    def _template(self, stateful_set: dict, ordinal: int, update: str) -> tuple[str, dict]:
        """Pods below the partition keep the revision before."""
        spec, current = stateful_set["spec"], (stateful_set.get("status") or {}).get("currentRevision") or update
        old = self._revisions.items.get((stateful_set["metadata"]["namespace"], current))
        if ordinal >= plan.partition(spec) or old is None:
            return update, spec["template"]
        template = old["data"]["spec"]["template"]
        return current, {field: value for field, value in template.items() if field != "$patch"}

    async def _create(self, key: Key, stateful_set: dict, ordinal: int, update: str) -> None:
        revision, template = self._template(stateful_set, ordinal, update)
        pod = plan.make_pod(stateful_set, ordinal, revision, template)
        name = pod["metadata"]["name"]
        where = f"Pod {name} in StatefulSet {key[1]}"
        try:
            # before the Pod, which names them and would be refused a node without them
            await self._claims(key, stateful_set, name)
            made = await self.client.create("pods", pod, key[0])
        except ApiError as error:
            if namespace_ends(error):
                return
            await self.recorder.event(
                stateful_set, "Warning", "FailedCreate", f"create {where} failed error: {error.message}"
            )
            raise
        self._writes.wrote(key, made)
        await self.recorder.event(stateful_set, "Normal", "SuccessfulCreate", f"create {where} successful")

    async def _claims(self, key: Key, stateful_set: dict, pod: str) -> None:
        for claim in plan.claims_of(stateful_set, pod):
            try:
                await self.client.create("persistentvolumeclaims", claim, key[0])
            except ApiError as error:
                if error.code != 409:
                    raise
                continue
            text = f"create Claim {claim['metadata']['name']} Pod {pod} in StatefulSet {key[1]} success"
            await self.recorder.event(stateful_set, "Normal", "SuccessfulCreate", text)

    async def _delete(self, key: Key, stateful_set: dict, pod: dict) -> None:
        name, where = pod["metadata"]["name"], f"Pod {pod['metadata']['name']} in StatefulSet {key[1]}"
        if is_finished(pod):
            phase = pod["status"]["phase"].lower()
            text = f"StatefulSet {key[0]}/{key[1]} is recreating {phase} Pod {name}"
            await self.recorder.event(stateful_set, "Warning", f"Recreating{pod['status']['phase']}Pod", text)
        self._writes.deleted(key, pod)
        try:
            await self.client.delete("pods", name, key[0], uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return
        await self.recorder.event(stateful_set, "Normal", "SuccessfulDelete", f"delete {where} successful")

    async def _report(self, key: Key, stateful_set: dict, pods: dict[int, dict], available: int, update: str) -> None:
        ready = sum(is_ready(pod) and not is_terminating(pod) for pod in pods.values())
        desired = plan.status(stateful_set, pods, ready, available, update)
        if desired != stateful_set.get("status"):
            changed = stateful_set | {"status": desired}
            self._own.wrote(key, await self.client.update(RESOURCE, changed, subresource="status"))
