"""One Pod on a node, from the moment it is bound to it until its object is gone."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable

from loopkube.node import not_enforced
from loopkube.node.commands import Commands
from loopkube.node.container import Container
from loopkube.node.environment import Facts
from loopkube.node.preparation import Preparation
from loopkube.node.records import NEVER, PodFacts
from loopkube.node.resume import resume
from loopkube.node.run import Surroundings
from loopkube.node.runtime import Runtime
from loopkube.node.status_writer import StatusWriter
from loopkube.node.tasks import wait_for, watched
from loopkube.node.volumes import Volumes
from loopkube.shared.clock import parse
from loopkube.shared.status import ApiError

FORCED_GRACE = 1.0
"""Seconds for the processes of a Pod whose object is gone already."""
CONTAINER_FIELDS = ("initContainers", "containers", "ephemeralContainers")


class Pod:
    """Follows one Pod object: `update` when it changes, `removed` when it is gone, `crash` when the node goes down."""

    def __init__(self, pod: dict, runtime: Runtime, address: str, on_ended: Callable[["Pod"], None]) -> None:
        self.object, self._runtime, self._clock = pod, runtime, runtime.clock
        self.uid = pod["metadata"]["uid"]
        self.address = address
        self._on_ended = on_ended
        self._folder = folder = runtime.folder / "pods" / self.uid
        facts = Facts(address, runtime.node_ip, runtime.allocatable)
        self.volumes = Volumes(pod, folder / "volumes", runtime.lookup, facts, runtime.tokens.get)
        self.commands = Commands(runtime, self._current, self.volumes, facts, folder / "kubeconfig")
        self._preparation = Preparation(
            runtime, self._current, self.volumes, self.commands, folder / "kubeconfig", address
        )
        self._writer = StatusWriter(runtime, lambda: self.facts)
        self._around = Surroundings(
            runtime, self._current, folder, address, self.commands, self._changed, self._writer.changed_a_little
        )
        self._make_containers(pod)
        self._life: asyncio.Task | None = None
        self._ending: asyncio.Task | None = None
        self._hurry: asyncio.Task | None = None
        self._deadline: asyncio.Task | None = None
        self._supervisors: list[asyncio.Task] = []
        self._debugging: set[Container] = set()
        self._stopping = self._prepared = False

    def _make_containers(self, pod: dict) -> None:
        before = resume(pod, self._clock)
        self.init, self.containers, self.ephemeral = (
            [
                Container(spec, self._around, where=field, record=before.get(spec["name"]))
                for spec in pod["spec"].get(field) or []
            ]
            for field in CONTAINER_FIELDS
        )
        start_time = (pod.get("status") or {}).get("startTime") or self._clock.stamp()
        records, init_records = [c.record for c in self.containers], [c.record for c in self.init]
        self.facts = PodFacts(pod, records, init_records, self._runtime.node_ip, "", start_time)
        self.facts.ephemeral = [container.record for container in self.ephemeral]

    def _current(self) -> dict:
        return self.object

    def _changed(self) -> None:
        self._writer.changed()

    @property
    def everything(self) -> list[Container]:
        """Init containers before the others, in the order of their start."""
        return [*self.init, *self.containers, *self.ephemeral]

    def container(self, name: str) -> Container | None:
        """Of whichever kind; names are unique in a Pod."""
        return next((c for c in self.everything if c.name == name), None)

    def start(self) -> None:
        """Begins its life, or, when it is to be deleted already, its end: the node may have been off in between."""
        if self.object["metadata"].get("deletionTimestamp"):
            self._terminate()
            return
        self._life = watched(self._live(), f"pod {self.object['metadata']['name']}")

    def update(self, pod: dict) -> None:
        """The object has changed."""
        before, self.object, self.facts.pod, self.volumes.pod = self.object, pod, pod, pod
        metadata, old = pod["metadata"], before["metadata"]
        if metadata.get("deletionTimestamp"):
            # a grace period may only become shorter, as in the API
            if self._ending and self._grace() < old.get("deletionGracePeriodSeconds", 0):
                self._hasten(self._grace())
            self._terminate()
            return
        if pod["spec"] != before["spec"]:
            specs = {spec["name"]: spec for field in CONTAINER_FIELDS for spec in pod["spec"].get(field) or []}
            for container in self.everything:
                container.replace(specs[container.name])
            self._debug()
            if self._prepared and _deadline(pod) != _deadline(before):
                self._set_deadline()
        if any(metadata.get(word) != old.get(word) for word in ("labels", "annotations")):
            self._preparation.wake()
        if pod["spec"].get("readinessGates") or metadata.get("generation") != old.get("generation"):
            self._changed()

    def look(self) -> None:
        """Put the status right when somebody else has written another one."""
        self._writer.look()

    def removed(self) -> None:
        """The object is gone, by force: end the processes with it."""
        if self._ending:
            self._hasten(0)
        self._terminate(FORCED_GRACE)

    def refresh_for(self, kind: str, name: str) -> None:
        """A ConfigMap or Secret of the Pod's namespace has changed."""
        if self.volumes.uses(kind, name):
            self._preparation.wake()
        for container in self.everything:
            container.configuration_changed()

    def crash(self) -> None:
        """The node goes down: everything ends, nothing is reported."""
        self._stopping = True
        self._preparation.stop()
        # before the containers: nobody is there to report how they end
        self._writer.stop()
        if self._ending:
            self._ending.cancel()
        for container in self.everything:
            container.kill()

    async def gone(self) -> None:
        """Returns when no process of a crashed Pod runs any more."""
        await wait_for(*self._supervisors)
        for task in (self._life, self._ending):
            if task:
                task.cancel()
                await wait_for(task)

    # --- life ---

    async def _live(self) -> None:
        self._writer.start()
        fields = not_enforced.fields(self.object, self._runtime.isolated)
        if fields and not (self.object.get("status") or {}).get("startTime"):
            self.commands.note("Warning", "NotEnforced", not_enforced.message(fields))
        waiting = {"reason": "PodInitializing" if self.init else "ContainerCreating"}
        for container in self.everything:
            container.record.state = container.record.state or {"waiting": waiting}
        self._changed()
        if not await self._preparation.prepare():
            return
        self._prepared = True
        self._debug()
        self.facts.pod_ip = self.address  # told with what the first container does, as by a kubelet
        self._set_deadline()
        keeper = watched(self._preparation.keep(), "volumes")
        try:
            if await self._initialize():
                await self._run()
            if not self._stopping:
                await self._finish()
        finally:
            keeper.cancel()
            if self._deadline:
                self._deadline.cancel()

    def _debug(self) -> None:
        """Start the ephemeral containers that have been added; none of them ever runs again."""
        known = {container.name for container in self.ephemeral}
        for spec in self.object["spec"].get("ephemeralContainers") or []:
            if spec["name"] not in known:
                container = Container(spec, self._around, where="ephemeralContainers")
                container.record.state = {"waiting": {"reason": "ContainerCreating"}}
                self.ephemeral.append(container)
                self.facts.ephemeral.append(container.record)
        for container in self.ephemeral if self._prepared and not self._stopping else ():
            if container not in self._debugging and not container.record.id:
                self._debugging.add(container)
                self._supervise(container)

    def _set_deadline(self) -> None:
        """It may be set, or brought forward, while the Pod runs; from when it is over nothing changes it."""
        seconds = _deadline(self.object)
        if self._deadline and not self.facts.failure[0]:
            self._deadline.cancel()
        if seconds is not None and not self.facts.failure[0]:
            self._deadline = watched(self._end_in_time(seconds), "deadline")

    async def _end_in_time(self, seconds: float) -> None:
        """`seconds` after the Pod's start."""
        await self._clock.sleep((parse(self.facts.start_time) - self._clock.now()).total_seconds() + seconds)
        message = "Pod was active on the node longer than the specified deadline"
        self.facts.failure = ("DeadlineExceeded", message)
        self.commands.note("Normal", "DeadlineExceeded", message)
        await self._stop_all(self._grace())

    async def _initialize(self) -> bool:
        """Init containers one after the other; a sidecar only has to be up. False when the Pod has failed."""
        for container in self.init:
            # it had done its work before the node was off; init containers do it once
            if container.record.exit_code == 0 and not container.record.is_sidecar:
                continue
            task = self._supervise(container)
            if container.record.is_sidecar:
                await container.up.wait()
                continue
            await wait_for(task)
            if self._stopping or container.record.exit_code != 0:
                return False
        return not self._stopping

    async def _run(self) -> None:
        # a kubelet starts containers in order; the next does not wait for the one before to be up
        never = self.object["spec"].get("restartPolicy") == NEVER
        due = [c for c in self.containers if not never or c.record.exit_code is None]
        await wait_for(*[self._supervise(container) for container in due])

    def _supervise(self, container: Container) -> asyncio.Task:
        task = watched(container.run(), f"container {container.name}")
        self._supervisors.append(task)
        return task

    async def _finish(self) -> None:
        """All containers have ended for good: so does the Pod, but its object stays."""
        for container in [*self.ephemeral, *reversed(self.init)]:
            await container.stop(self._grace())
        await wait_for(*self._supervisors)
        self.facts.over = True
        self._on_ended(self)
        await self._runtime.ports.release(self.uid)
        self._changed()

    # --- the end ---

    def _terminate(self, grace: float | None = None) -> None:
        # once: who asks again can only hasten it
        if self._ending is None:
            self._stopping = True
            self._preparation.stop()
            self._ending = watched(self._end(self._grace() if grace is None else grace), "end of a pod")

    def _grace(self) -> float:
        given = self.object["metadata"].get("deletionGracePeriodSeconds")
        return self.object["spec"].get("terminationGracePeriodSeconds", 30) if given is None else given

    def _hasten(self, grace: float) -> None:
        """Asked again, with less patience."""

        async def kill() -> None:
            await self._clock.sleep(grace)
            for container in self.everything:
                if container.process:
                    container.process.kill()

        self._hurry = watched(kill(), "hurried end of a pod")

    async def _stop_all(self, grace: float) -> None:
        """Containers together, then sidecars in the reverse order of their start, all within `grace`."""
        began = self._clock.monotonic()
        await asyncio.gather(*(c.stop(grace) for c in [*self.containers, *self.ephemeral]))
        for container in reversed(self.init):
            await container.stop(max(grace - (self._clock.monotonic() - began), 1.0))

    async def _end(self, grace: float) -> None:
        await self._stop_all(grace)
        # before the Pod is said to be over: how its containers ended is part of that
        await wait_for(*self._supervisors)
        if self._life:
            self._life.cancel()
        await self._runtime.turns.unmounting()
        self.facts.over = True
        self._changed()
        # before the object goes: who watches it sees how its containers ended
        await self._writer.finish()
        await self._runtime.ports.release(self.uid)
        self._runtime.tokens.forget(self.uid)
        # beside the loop: a volume may hold any number of files
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        # the object before the address: no other Pod has it while this one is still shown with it
        await self._delete_object()
        self._on_ended(self)

    async def _delete_object(self) -> None:
        metadata = self.object["metadata"]
        if not metadata.get("deletionTimestamp"):
            return
        with contextlib.suppress(ApiError):
            await self._runtime.client.delete("pods", metadata["name"], metadata["namespace"], grace=0, uid=self.uid)


def _deadline(pod: dict) -> float | None:
    return pod["spec"].get("activeDeadlineSeconds")
