"""One container of a Pod: its program is started, watched, restarted and ended as a kubelet does it."""

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loopkube.clock import Clock
from loopkube.node import hooks, strays
from loopkube.node.backoff import Backoff
from loopkube.node.commands import Commands
from loopkube.node.environment import ConfigError
from loopkube.node.images import Image
from loopkube.node.listeners import wildcard_ports
from loopkube.node.logs import STDERR, STDOUT, ContainerLog, last_lines
from loopkube.node.probes import Prober, Target
from loopkube.node.process import Launch, Process, Standard, StartError
from loopkube.node.pull import Puller
from loopkube.node.runtime import Runtime
from loopkube.node.status import ALWAYS, NEVER, Record
from loopkube.node.waiting import Waker

RETRY_SECONDS = 10.0
LAST_OUTPUT_SECONDS = 0.5
AUDITS = (1.0, 4.0, 25.0)
"""Seconds between the looks at what a program listens on."""
_NO_SHIM = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)


@dataclass(frozen=True)
class Surroundings:
    """What a container has from its Pod."""

    runtime: Runtime
    pod: Callable[[], dict]
    folder: Path
    address: str
    commands: Commands
    changed: Callable[[], None]


class Container:
    """`run` returns when the container will not run again; `stop` ends it."""

    def __init__(self, spec: dict, around: Surroundings, *, init: bool = False, record: Record | None = None) -> None:
        self.record = record or Record(spec)
        self.spec = self.record.spec = spec
        self.init = init
        self.up = asyncio.Event()
        """Set while the program runs and its startup probe, if any, has succeeded."""
        self.log: ContainerLog | None = None
        self.process: Process | None = None
        self._around, self._runtime = around, around.runtime
        self._clock: Clock = around.runtime.clock
        self._folder = around.folder / "containers" / spec["name"]
        self._waker = Waker(self._clock)
        self._backoff = Backoff(self._clock)
        self._puller = Puller(self._runtime, self.note, self._set_waiting, self._waker)
        self._stopping = False
        self._restart_wanted = False
        self._prober: Prober | None = None
        self._hook: asyncio.Task | None = None

    @property
    def name(self) -> str:
        return self.spec["name"]

    def note(self, type: str, reason: str, message: str) -> None:
        """Report an event about this container."""
        where = "initContainers" if self.init else "containers"
        self._around.commands.note(type, reason, message, f"spec.{where}{{{self.name}}}")

    def log_path(self, container_id: str) -> Path:
        return self._folder / f"{container_id.rpartition('/')[2][:16]}.log"

    def configuration_changed(self) -> None:
        """A ConfigMap or Secret that the container may wait for has changed."""
        if self.record.state.get("waiting", {}).get("reason") == "CreateContainerConfigError":
            self._waker.wake()

    def replace(self, spec: dict) -> None:
        """The Pod's spec changed: a new image restarts the container."""
        old, self.spec, self.record.spec = self.spec, spec, spec
        if old["image"] == spec["image"]:
            return
        self._waker.wake()
        if self.process:
            self.note("Normal", "Killing", f"Container {self.name} definition changed, will be restarted")
            self._end_to_restart(self._around.pod()["spec"].get("terminationGracePeriodSeconds", 30))

    # --- life ---

    async def run(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while not self._stopping:
            image = await self._puller.image(self.spec)
            if self._stopping or image is None:
                return
            code = await self._run_once(image)
            if code is None:
                continue
            if self._stopping or not self._restarts_after(code):
                return
            await self._wait_to_restart()

    async def stop(self, grace: float) -> None:
        """End the container for good: preStop, SIGTERM, and SIGKILL after `grace` seconds."""
        first = not self._stopping
        self._stopping = True
        self._waker.wake()
        process = self.process
        if process is None:
            return
        if self._prober:
            self._prober.stop(("startup", "liveness"))
        if first:
            self.note("Normal", "Killing", f"Stopping container {self.name}")
        await self._end(process, grace)

    def kill(self) -> None:
        """End the container now, without a word (the node is going down)."""
        self._stopping = True
        self._waker.wake()
        if self.process:
            self.process.kill()

    async def _end(self, process: Process, grace: float) -> None:
        hook = (self.spec.get("lifecycle") or {}).get("preStop")
        began = self._clock.monotonic()
        if hook and grace > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._run_hook("PreStop", hook), grace)
            grace = max(grace - (self._clock.monotonic() - began), 2.0)
        number = (self.spec.get("lifecycle") or {}).get("stopSignal", "SIGTERM")
        await process.terminate(grace, getattr(signal, number, signal.SIGTERM))

    def _restarts_after(self, code: int) -> bool:
        if self._restart_wanted:
            self._restart_wanted = False
            return self._policy != NEVER
        if self.init and not self.record.is_sidecar:
            return code != 0 and self._policy != NEVER
        return self._policy == ALWAYS or (self._policy != NEVER and code != 0)

    @property
    def _policy(self) -> str:
        if self.init and not self.record.is_sidecar:
            return NEVER if self._around.pod()["spec"].get("restartPolicy") == NEVER else "OnFailure"
        return self.spec.get("restartPolicy") or self._around.pod()["spec"].get("restartPolicy", ALWAYS)

    async def _wait_to_restart(self) -> None:
        record = self.record
        delay = self._backoff.delay()
        record.last, record.ready = record.state, False
        if delay > 0:
            metadata = self._around.pod()["metadata"]
            pod = f"{metadata['name']}_{metadata['namespace']}"
            what = f"restarting failed container={self.name} pod={pod}({metadata['uid']})"
            self.note(
                "Warning",
                "BackOff",
                f"Back-off restarting failed container {self.name} in pod {pod}({metadata['uid']})",
            )
            self._set_waiting("CrashLoopBackOff", f"back-off {self._backoff.text} {what}")
            await self._waker.pause(delay)
        self._backoff.next()

    # --- one run ---

    async def _run_once(self, image: Image) -> int | None:
        """The exit code, or None when the container could not be made and another try is due."""
        record = self.record
        try:
            launch = self._around.commands.launch(self.spec, image, self._folder)
        except ConfigError as error:
            self.note("Warning", "Failed", f"Error: {error}")
            self._set_waiting("CreateContainerConfigError", str(error))
            await self._waker.pause(RETRY_SECONDS)
            return None
        if record.id:
            record.restarts += 1
        record.id = f"loopkube://{secrets.token_hex(32)}"
        record.image, record.image_id = image.name, image.id
        launch.env[strays.MARK] = record.id
        self.log = ContainerLog(self.log_path(record.id), self._clock)
        self._forget_old_logs()
        self.note("Normal", "Created", "Container created")
        self._around.commands.clear_termination_message(self._folder)
        try:
            process, outputs = self._start(launch)
        except StartError as error:
            await self._around.commands.run_ended(self.spec)
            return self._not_started(f"{_NO_SHIM}{error}")
        self.note("Normal", "Started", "Container started")
        code = await self._watch(process, outputs)
        self._backoff.ended()
        return code

    def _start(self, launch: Launch) -> tuple[Process, list[asyncio.Future]]:
        out, out_child = os.pipe()
        err, err_child = os.pipe()
        try:
            process = Process.start(launch, Standard(stdout=out_child, stderr=err_child))
        except StartError:
            os.close(out)
            os.close(err)
            raise
        finally:
            os.close(out_child)
            os.close(err_child)
        strays.record(self._runtime.place, process.pid, self.record.id)
        return process, [self.log.read_from(out, STDOUT), self.log.read_from(err, STDERR)]

    async def _watch(self, process: Process, outputs: list[asyncio.Future]) -> int:
        record, began = self.record, self._clock.stamp()
        self.process = process
        record.state, record.ready, record.started = {"running": {"startedAt": began}}, False, False
        self._around.changed()
        self._start_hook_and_probes()
        audit = asyncio.create_task(self._audit(process.pid), name=f"listeners of {self.name}")
        code = await process.wait()
        audit.cancel()
        await self._around.commands.run_ended(self.spec)
        if self._prober:
            self._prober.stop()
        if self._hook:
            self._hook.cancel()
        await asyncio.wait(outputs, timeout=LAST_OUTPUT_SECONDS)
        self.log.close()
        strays.forget(self._runtime.place, process.pid)
        self.process = None
        self.up.clear()
        record.ready = record.started = False
        reason = "Completed" if code == 0 else "Error"
        record.state = {"terminated": self._terminated(code, reason, began, self._message(code))}
        self._around.changed()
        return code

    def _not_started(self, message: str) -> int:
        self.note("Warning", "Failed", f"Error: {message}")
        self.log.close()
        record = self.record
        record.state = {"terminated": self._terminated(128, "StartError", "1970-01-01T00:00:00Z", message)}
        record.ready = record.started = False
        self._around.changed()
        self._backoff.ended()
        return 128

    def _terminated(self, code: int, reason: str, began: str, message: str) -> dict:
        ended = {"exitCode": code, "reason": reason, "startedAt": began, "finishedAt": self._clock.stamp()}
        return ended | ({"message": message} if message else {}) | {"containerID": self.record.id}

    def _message(self, code: int) -> str:
        message = self._around.commands.termination_message(self._folder)
        if not message and code and self.spec.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            message = last_lines(self.log.path, 80, 2048)
        return message

    # --- hooks and probes ---

    def _start_hook_and_probes(self) -> None:
        hook = (self.spec.get("lifecycle") or {}).get("postStart")
        if hook:
            self._hook = asyncio.create_task(self._post_start(hook), name=f"postStart of {self.name}")
        else:
            self._start_probes()

    async def _post_start(self, hook: dict) -> None:
        if await self._run_hook("PostStart", hook):
            self._start_probes()
        elif self.process:
            self.note("Normal", "Killing", "FailedPostStartHook")
            self._end_to_restart(self._around.pod()["spec"].get("terminationGracePeriodSeconds", 30))

    async def _run_hook(self, kind: str, hook: dict) -> bool:
        failure = await hooks.run(hook, self.target(), self._clock)
        if failure:
            self.note("Warning", f"Failed{kind}Hook", f"{kind}Hook failed: {failure}")
        return not failure

    def target(self) -> Target:
        ports = {p["name"]: p["containerPort"] for p in self.spec.get("ports") or [] if p.get("name")}
        return Target(self._around.address, self._runtime.gateway, ports, self.execute)

    async def execute(self, command: list[str], seconds: float) -> tuple[int, str]:
        """Run a command inside the container; (exit code, output). Raises TimeoutError."""
        return await self._around.commands.execute(self.spec, command, seconds)

    def _start_probes(self) -> None:
        self._prober = Prober(
            self.spec,
            self.target(),
            self._clock,
            started=self._on_started,
            ready=self._on_ready,
            unhealthy=lambda kind, text: self.note("Warning", "Unhealthy", f"{kind} probe failed: {text}"),
            failed=self._on_probe_failed,
        )
        self._prober.start()

    def _on_started(self) -> None:
        self.record.started = True
        self.up.set()
        self._around.changed()

    def _on_ready(self, ready: bool) -> None:
        if self.record.ready != ready:
            self.record.ready = ready
            self._around.changed()

    def _on_probe_failed(self, kind: str, probe: dict) -> None:
        self.note("Normal", "Killing", f"Container {self.name} failed {kind} probe, will be restarted")
        grace = self._around.pod()["spec"].get("terminationGracePeriodSeconds", 30)
        self._end_to_restart(probe.get("terminationGracePeriodSeconds", grace))

    def _end_to_restart(self, grace: float) -> None:
        self._restart_wanted = True
        if self.process:
            self._ending = asyncio.create_task(self._end(self.process, grace), name=f"end of {self.name}")

    async def _audit(self, pid: int) -> None:
        """Find out whether the program listens where it should not."""
        for seconds in AUDITS:
            await self._clock.sleep(seconds)
            ports = wildcard_ports(pid)
            if ports:
                every = "every address of this machine, so that other Pods and other computers meet it"
                where = f"port{'s' if len(ports) > 1 else ''} {', '.join(map(str, ports))} of {every}"
                message = f"Container {self.name} listens on {where}: bind $(POD_IP), the Pod's own address"
                self.note("Warning", "ListensEverywhere", message)
                return

    # --- small things ---

    def _set_waiting(self, reason: str, message: str = "") -> None:
        record = self.record
        state = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
        if record.state == state:
            return
        if "terminated" in record.state:
            record.last = record.state
        record.state, record.ready, record.started = state, False, False
        self._around.changed()

    def _forget_old_logs(self) -> None:
        """Keep the logs of this run and the one before."""
        keep = {self.log.path.name}
        if "terminated" in self.record.last:
            keep.add(self.log_path(self.record.last["terminated"].get("containerID", "")).name)
        for file in self._folder.glob("*.log*"):
            if file.name.removesuffix(".1") not in keep:
                file.unlink(missing_ok=True)
