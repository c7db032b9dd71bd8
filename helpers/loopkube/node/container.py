"""One container of a Pod: its program is started, restarted and ended as a kubelet does it."""

import asyncio
import logging
import signal
from pathlib import Path

from loopkube.node.backoff import Backoff
from loopkube.node.console import Console
from loopkube.node.environment import ConfigError
from loopkube.node.images import Image
from loopkube.node.logs import ContainerLog
from loopkube.node.process import Process
from loopkube.node.pull import Puller
from loopkube.node.records import ALWAYS, NEVER, Record
from loopkube.node.run import Run, Surroundings, log_path
from loopkube.node.tasks import watched
from loopkube.node.waiting import Waker

log = logging.getLogger(__name__)
RETRY_SECONDS = 10.0
"""Until a container that could not be made is tried again (the kubelet's backOffPeriod)."""
AFTER_HOOK_SECONDS = 2.0
"""What is left at least after preStop (the kubelet's minimumGracePeriodInSeconds)."""


class Container:
    """`run` returns when the container will not run again; `stop` ends it."""

    def __init__(
        self, spec: dict, around: Surroundings, *, where: str = "containers", record: Record | None = None
    ) -> None:
        self.record = record or Record(spec)
        self.spec = self.record.spec = spec
        self._where = where
        self.up = asyncio.Event()
        """Set while the program runs and its startup probe, if any, has succeeded."""
        self._around, self._clock = around, around.runtime.clock
        self._folder = around.folder / "containers" / spec["name"]
        self._waker = Waker(self._clock)
        self._backoff = Backoff(self._clock, critical=_is_critical(around.pod()))
        self._puller = Puller(around.runtime, self.note, self._set_waiting, self._waker)
        self._run: Run | None = None
        self._stopping = False
        self._restart_wanted = False
        self._ending: asyncio.Task | None = None

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def process(self) -> Process | None:
        """The program that runs now; None before the start, between restarts and after the end."""
        return self._run.process if self._run else None

    @property
    def console(self) -> Console | None:
        """Of the program that runs."""
        return self._run.console if self._run and self._run.process else None

    @property
    def log(self) -> ContainerLog | None:
        """Of the latest run."""
        return self._run.log if self._run else None

    def note(self, type: str, reason: str, message: str) -> None:
        """Report an event about this container."""
        self._around.commands.note(type, reason, message, f"spec.{self._where}{{{self.name}}}")

    def log_path(self, container_id: str) -> Path:
        return log_path(self._folder, container_id)

    def configuration_changed(self) -> None:
        """A ConfigMap or Secret that the container may wait for has changed."""
        if self.record.state.get("waiting", {}).get("reason") == "CreateContainerConfigError":
            self._waker.wake()

    def replace(self, spec: dict) -> None:
        """The Pod's spec changed: a new image restarts the container."""
        old, self.spec, self.record.spec = self.spec, spec, spec
        if old["image"] != spec["image"]:
            self._waker.wake()
            why = f"Container {self.name} definition changed, will be restarted"
        elif _resize_restarts(old, spec):
            why = f"Container {self.name} resize requires restart"
        else:
            return
        if self.process:
            self._end_to_restart(why, self._around.pod()["spec"].get("terminationGracePeriodSeconds", 30))

    async def run(self) -> None:
        """Runs the container until it is stopped. An error of this code is logged and counts as a failed start, not as
        the end."""
        while not self._stopping:
            try:
                return await self._run_again_and_again()
            except Exception as error:
                # whatever it is, it must not end the Pod: its controller would make another one at once, without end
                log.exception("container %s", self.name)
                if self.process:
                    self.process.kill()
                await self._not_made("RunContainerError", _message_of(error))

    async def _run_again_and_again(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while not self._stopping:
            image = await self._puller.image(self.spec)
            if image is None or self._stopping:
                continue
            code = await self._run_once(image)
            if code is None or self._stopping:
                continue
            if not self._restarts_after(code):
                return
            await self._wait_to_restart()

    async def stop(self, grace: float) -> None:
        """End the container for good: preStop, SIGTERM, and SIGKILL after `grace` seconds."""
        first = not self._stopping
        # before the wake: who is woken looks at it first
        self._stopping = True
        self._waker.wake()
        run = self._run
        if run is None or run.process is None:
            return
        # first: what fails because it is being ended is no reason to start it again
        run.stop_probes()
        if first:
            self.note("Normal", "Killing", f"Stopping container {self.name}")
        await self._end(run, run.process, grace)

    def kill(self) -> None:
        """End the container now, without a word (the node is going down)."""
        self._stopping = True
        self._waker.wake()
        if self.process:
            self.process.kill()

    async def _run_once(self, image: Image) -> int | None:
        """The exit code, or None when the container could not be made and another try is due."""
        try:
            launch = self._around.commands.launch(self.spec, image, self._folder)
        except ConfigError as error:
            await self._not_made("CreateContainerConfigError", str(error))
            return None
        except (OSError, ValueError) as error:
            await self._not_made("CreateContainerError", _message_of(error))
            return None
        if self.record.id:
            self.record.restarts += 1
        self._run = Run(self.record, self._around, self._folder, self.note, self.up, self._end_to_restart)
        code = await self._run.run(launch, image)
        self._backoff.ended()
        return code

    async def _not_made(self, reason: str, why: str) -> None:
        """As a kubelet has it: an event, a reason to wait, and another try later."""
        self.note("Warning", "Failed", f"Error: {why}")
        self._set_waiting(reason, why)
        await self._waker.pause(RETRY_SECONDS)

    async def _end(self, run: Run, process: Process, grace: float) -> None:
        lifecycle, began = self.spec.get("lifecycle") or {}, self._clock.monotonic()
        if "preStop" in lifecycle and grace > 0:
            await self._pre_stop(run, process, lifecycle["preStop"], grace)
            grace = max(grace - (self._clock.monotonic() - began), AFTER_HOOK_SECONDS)
        number = getattr(signal, lifecycle.get("stopSignal", "SIGTERM"), signal.SIGTERM)
        await process.terminate(grace, number)

    async def _pre_stop(self, run: Run, process: Process, hook: dict, grace: float) -> None:
        """Wait for the hook as long as there is somebody to wait for."""
        running = watched(run.hook("PreStop", hook), f"preStop of {self.name}")
        try:
            await asyncio.wait([running, process.exited], timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # also when the program has ended: there is nobody to wait for
            running.cancel()

    def _end_to_restart(self, why: str, grace: float) -> None:
        """End the current run; the container runs again where its policy allows it."""
        self.note("Normal", "Killing", why)
        self._restart_wanted = True
        if self._run and self._run.process:
            ending = self._end(self._run, self._run.process, grace)
            self._ending = watched(ending, f"end of {self.name}")

    def _restarts_after(self, code: int) -> bool:
        asked, self._restart_wanted = self._restart_wanted, False
        policy = self._policy
        return policy == ALWAYS or (policy != NEVER and (asked or code != 0))

    @property
    def _policy(self) -> str:
        whole = self._around.pod()["spec"].get("restartPolicy", ALWAYS)
        if self._where == "ephemeralContainers":
            return NEVER
        if self._where == "initContainers" and not self.record.is_sidecar:
            return NEVER if whole == NEVER else "OnFailure"
        return self.spec.get("restartPolicy") or whole

    async def _wait_to_restart(self) -> None:
        record, delay = self.record, self._backoff.delay()
        record.last, record.ready = record.state, False
        if delay > 0:
            metadata = self._around.pod()["metadata"]
            pod = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
            self.note("Warning", "BackOff", f"Back-off restarting failed container {self.name} in pod {pod}")
            what = f"restarting failed container={self.name} pod={pod}"
            self._set_waiting("CrashLoopBackOff", f"back-off {self._backoff.text} {what}")
            await self._waker.pause(delay)
        self._backoff.next()

    def _set_waiting(self, reason: str, message: str = "") -> None:
        record = self.record
        state = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
        if record.state == state:
            return
        if "terminated" in record.state:
            record.last = record.state
        record.state, record.ready, record.started = state, False, False
        self._around.changed()


def _message_of(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()


def _resize_restarts(old: dict, spec: dict) -> bool:
    """Whether a resource has changed whose `resizePolicy` asks for another run."""
    restarting = {p["resourceName"] for p in spec.get("resizePolicy") or () if p["restartPolicy"] == "RestartContainer"}
    before, after = (container.get("resources") or {} for container in (old, spec))
    sides = [(before.get(side) or {}, after.get(side) or {}) for side in ("requests", "limits")]
    return any(was.get(name) != now.get(name) for name in restarting for was, now in sides)


def _is_critical(pod: dict) -> bool:
    return pod["spec"].get("priorityClassName") in ("system-node-critical", "system-cluster-critical")
