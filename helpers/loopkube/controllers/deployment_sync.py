"""One reconciliation of one Deployment: reads the plan off the objects, writes what differs, reports the status."""

from dataclasses import dataclass

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.client.informer import Index, Key
from loopkube.controllers import deployment_status as progress
from loopkube.controllers import revisions, rollout
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.owners import controller_of
from loopkube.controllers.pods import is_finished
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError


@dataclass(frozen=True)
class Hands:
    """What a reconciliation works with; the two `Writes` note what it wrote."""

    client: Client
    clock: Clock
    recorder: Recorder
    sets: Writes
    deployments: Writes
    pods_by_owner: Index


class Sync:
    """One call of reconcile for one Deployment: the objects it looks at, and the status that comes of it."""

    def __init__(self, hands: Hands, key: Key, deployment: dict, sets: list[dict]) -> None:
        self._hands, self._client, self._key, self._deployment = hands, hands.client, key, deployment
        self._new, self._old = revisions.split(deployment, sets)
        known = deployment.get("status", {}).get("conditions") or []
        self._conditions = progress.Conditions(list(known), hands.clock.stamp())
        self._revision = revisions.annotations_of(deployment).get(revisions.REVISION)

    @property
    def _sets(self) -> list[dict]:
        return [*self._old, self._new] if self._new else list(self._old)

    async def run(self) -> float:
        """Seconds after which to look again without any change (0: no need)."""
        deployment = self._deployment
        if deployment["metadata"].get("deletionTimestamp"):
            await self._report()
            return 0
        progress.set_paused(self._conditions, deployment)
        paused = deployment["spec"].get("paused")
        if paused or revisions.is_resized(deployment, self._sets):
            await self._resize()
            if paused:
                await self._clean_up()
            await self._report()
            return 0
        await (self._roll() if rollout.is_rolling(deployment) else self._recreate())
        if progress.is_complete(deployment, deployment.get("status", {})):
            await self._clean_up()
        return await self._report(rolling=True)

    async def _resize(self) -> None:
        if self._new:
            await self._adjust_new(self._new)
        largest = {
            s["metadata"]["name"]: int(revisions.annotations_of(s).get(revisions.MAXIMUM, 0)) for s in self._sets
        }
        await self._scale(rollout.resize(self._deployment, self._new, self._old, largest))

    async def _roll(self) -> None:
        new = await self._new_set()
        # never both in one call: how far the old ones may shrink depends on Pods that the new one is only going to have
        sizes = rollout.grow_new(self._deployment, new, self._old)
        await self._scale(sizes or rollout.shrink_old(self._deployment, new, self._old))

    async def _recreate(self) -> None:
        if self._new:
            await self._adjust_new(self._new)
        stopping = rollout.stop_all(self._old)
        if stopping:
            await self._scale(stopping)
        # ended, and not only on their way: two versions never run at the same time
        elif not self._old_pods_run():
            new = await self._new_set()
            await self._scale({new["metadata"]["name"]: rollout.replicas_of(self._deployment)})

    def _old_pods_run(self) -> bool:
        pods = [p for s in self._old for p in self._hands.pods_by_owner.of(s["metadata"]["uid"])]
        return any(not is_finished(pod) for pod in pods) or any(s["status"].get("replicas") for s in self._old)

    async def _new_set(self) -> dict:
        """The ReplicaSet of the present template, made when there is none."""
        if self._new:
            return await self._adjust_new(self._new)
        revision = revisions.next_revision(self._old)
        size = rollout.new_size(self._deployment, self._old, 0)
        desired = revisions.make(self._deployment, revision, size)
        try:
            self._new = await self._client.create("replicasets.apps", desired, self._key[0])
        except ApiError as error:
            self._new = await self._not_created(desired, error)
        else:
            await self._created(self._new, size)
        self._revision = str(revision)
        return self._new

    async def _created(self, new: dict, size: int) -> None:
        self._hands.sets.wrote(self._key, new)
        name = new["metadata"]["name"]
        if size:
            await self._event(f"Scaled up replica set {name} from 0 to {size}")
        if progress.has_deadline(self._deployment):
            message = f'Created new replica set "{name}"'
            self._conditions.set("Progressing", "True", "NewReplicaSetCreated", message)

    async def _not_created(self, desired: dict, error: ApiError) -> dict:
        """The ReplicaSet when it stands already; else raises, after telling why."""
        name, status = desired["metadata"]["name"], self._deployment.get("status", {})
        if error.reason == "AlreadyExists":
            # from a call whose answer was lost, or of another template with the same hash
            existing = await self._client.get("replicasets.apps", name, self._key[0])
            owner = (controller_of(existing) or {}).get("uid")
            if owner == self._deployment["metadata"]["uid"] and revisions.same_template(self._deployment, existing):
                return existing
            await self._write(status | {"collisionCount": status.get("collisionCount", 0) + 1})
        elif not namespace_ends(error):
            message = f'Failed to create new replica set "{name}": {error.message}'
            if progress.has_deadline(self._deployment):
                self._conditions.set("Progressing", "False", "FailedCreate", message)
                await self._write(status | {"conditions": self._conditions.items})
            await self._hands.recorder.event(self._deployment, "Warning", "FailedCreate", message)
        raise error

    async def _adjust_new(self, new: dict) -> dict:
        """Brings the annotations of the new ReplicaSet, and with them the revision, up to date."""
        desired = revisions.annotated(self._deployment, new, revisions.next_revision(self._old))
        self._new = new = new if desired is new else await self._update(desired)
        self._revision = revisions.annotations_of(new).get(revisions.REVISION)
        if progress.has_deadline(self._deployment) and not self._conditions.get("Progressing"):
            message = f'Found new replica set "{new["metadata"]["name"]}"'
            self._conditions.set("Progressing", "True", "FoundNewReplicaSet", message)
        return new

    async def _scale(self, sizes: rollout.Sizes) -> None:
        for replica_set in self._sets:
            name, before = replica_set["metadata"]["name"], rollout.replicas_of(replica_set)
            size = sizes.get(name, before)
            desired = revisions.with_replicas(self._deployment, replica_set, size) if name in sizes else replica_set
            if desired is replica_set:
                continue
            await self._update(desired)
            if size != before:
                way = "up" if size > before else "down"
                await self._event(f"Scaled {way} replica set {name} from {before} to {size}")

    async def _update(self, replica_set: dict) -> dict:
        written = await self._client.update("replicasets.apps", replica_set)
        self._hands.sets.wrote(self._key, written)
        return written

    async def _event(self, message: str) -> None:
        await self._hands.recorder.event(self._deployment, "Normal", "ScalingReplicaSet", message)

    async def _clean_up(self) -> None:
        for replica_set in revisions.to_clean_up(self._deployment, self._old):
            metadata = replica_set["metadata"]
            self._hands.sets.deleted(self._key, replica_set)
            try:
                await self._client.delete("replicasets.apps", metadata["name"], self._key[0], uid=metadata["uid"])
            except ApiError as error:
                if error.code != 404:
                    raise

    async def _report(self, *, rolling: bool = False) -> float:
        deployment, now = self._deployment, self._hands.clock.now()
        status = progress.counts(deployment, self._new, self._sets)
        progress.set_available(self._conditions, deployment, status)
        if rolling:
            progress.set_progressing(self._conditions, deployment, self._new, status, now)
            progress.set_failure(self._conditions, self._new, self._sets)
        await self._write(status | {"conditions": self._conditions.items})
        current = self._conditions.get("Progressing")
        if (
            current is None
            or current["reason"] == "ProgressDeadlineExceeded"
            or progress.is_complete(deployment, status)
        ):
            return 0
        return max(0.0, progress.seconds_left(deployment, current, now)) + 1

    async def _write(self, status: dict) -> None:
        annotations = revisions.annotations_of(self._deployment)
        if self._revision and annotations.get(revisions.REVISION) != self._revision:
            annotations = annotations | {revisions.REVISION: self._revision}
        elif status == self._deployment.get("status"):
            return
        changed = revisions.with_annotations(self._deployment, annotations) | {"status": status}
        written = await self._client.update("deployments.apps", changed, subresource="status")
        self._hands.deployments.wrote(self._key, written)
