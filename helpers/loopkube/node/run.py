"""One run of a container's program: its process and log, its hooks and probes, what it leaves when it ends."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from loopkube.node import hooks, orphans, strays
from loopkube.node.commands import Commands
from loopkube.node.console import Console
from loopkube.node.images import Image
from loopkube.node.launch import Launch, StartError
from loopkube.node.listeners import wildcard_ports
from loopkube.node.log_reading import last_lines
from loopkube.node.logs import ContainerLog
from loopkube.node.prober import Prober
from loopkube.node.probes import Target
from loopkube.node.process import Process
from loopkube.node.records import Record
from loopkube.node.runtime import Runtime
from loopkube.node.tasks import watched

LAST_OUTPUT_SECONDS = 0.5
"""Seconds for what a program printed last: somebody who left its session may hold the output open."""
AUDITS = (1.0, 4.0, 25.0)
"""Seconds between the looks at what a program listens on."""
_NO_SHIM = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)

Note = Callable[[str, str, str], None]
"""Reports an event about the container: type, reason, message."""


@dataclass(frozen=True)
class Surroundings:
    """What a container has from its Pod."""

    runtime: Runtime
    pod: Callable[[], dict]
    folder: Path
    address: str
    commands: Commands
    changed: Callable[[], None]
    changed_a_little: Callable[[], None]


def log_path(folder: Path, container_id: str) -> Path:
    """Where the log of one run is kept, in the container's folder."""
    return folder / f"{container_id.rpartition('/')[2][:16]}.log"


class Run:
    """`start`, then `ended`; `unhealthy(why, grace)` is called when the container must be restarted."""

    def __init__(
        self,
        record: Record,
        around: Surroundings,
        folder: Path,
        note: Note,
        up: asyncio.Event,
        unhealthy: Callable[[str, float], None],
    ) -> None:
        self.spec = record.spec
        self.process: Process | None = None
        self._record, self._around, self._folder, self._note = record, around, folder, note
        self._up, self._unhealthy = up, unhealthy
        self._runtime, self._clock = around.runtime, around.runtime.clock
        self._began, self._recorded = "", 0
        self._prober: Prober | None = None
        self._leaving = False
        self._tasks: list[asyncio.Task] = []
        record.id = f"loopkube://{secrets.token_hex(32)}"
        self.log = ContainerLog(log_path(folder, record.id), self._clock)
        self.console = Console(record.spec, self.log)

    async def run(self, launch: Launch, image: Image) -> int:
        """From start to end: the exit code (128 for a program that cannot be started)."""
        self._record.image, self._record.image_id = image.name, image.id
        launch.env[strays.MARK] = strays.mark(self._runtime.folder)
        self._forget_old_logs()
        self._note("Normal", "Created", "Container created")
        self._around.commands.clear_termination_message(self._folder)
        try:
            process = self._start(launch)
        except StartError as error:
            await self._around.commands.run_ended(self.spec)
            return self._not_started(f"{_NO_SHIM}{error}")
        self._note("Normal", "Started", "Container started")
        return await self._watch(process, launch.tag)

    def stop_probes(self) -> None:
        """The container is being ended: only its readiness is still of interest, and its failing no news."""
        self._leaving = True
        if self._prober:
            self._prober.stop(("startup", "liveness"))

    async def hook(self, kind: str, hook: dict) -> bool:
        """Run a lifecycle hook (`PostStart`, `PreStop`); whether it went well."""
        failure = await hooks.run(hook, self._target(), self._clock)
        if failure:
            self._note("Warning", f"Failed{kind}Hook", f"{kind}Hook failed: {failure}")
        return not failure

    # --- start and end ---

    def _start(self, launch: Launch) -> Process:
        if self.spec.get("tty"):
            launch.env.setdefault("TERM", "xterm")
        self.process = process = self.console.start(partial(Process.start, launch))
        # at once: if this process is killed now, the next cluster has to find the program
        self._recorded = strays.record(self._runtime.folder, process.pid)
        self._began = self._clock.stamp()
        self._record.state, self._record.ready, self._record.started = (
            {"running": {"startedAt": self._began}},
            False,
            False,
        )
        self._around.changed_a_little()
        return process

    async def _watch(self, process: Process, tag: int) -> int:
        self._tasks = [
            watched(self._post_start(), f"start of {self._record.name}"),
            watched(self._audit(process), f"listeners of {self._record.name}"),
        ]
        code = await process.wait()
        for task in self._tasks:
            task.cancel()
        if self._prober:
            self._prober.stop()
        await self._around.commands.run_ended(self.spec)
        # before its output is waited for: what it left behind may hold that open
        await orphans.end(tag)
        await asyncio.wait(self.console.outputs, timeout=LAST_OUTPUT_SECONDS)
        self.log.close()
        self.console.close()
        strays.forget(self._runtime.folder, self._recorded)
        self.process = None
        self._up.clear()
        self._terminated(code, "Completed" if code == 0 else "Error", self._began, self._message(code))
        return code

    def _not_started(self, message: str) -> int:
        self._note("Warning", "Failed", f"Error: {message}")
        self.log.close()
        self._terminated(128, "StartError", "1970-01-01T00:00:00Z", message)
        return 128

    def _terminated(self, code: int, reason: str, began: str, message: str) -> None:
        ended = {"exitCode": code, "reason": reason, "startedAt": began, "finishedAt": self._clock.stamp()}
        self._set({"terminated": ended | ({"message": message} if message else {}) | {"containerID": self._record.id}})

    def _set(self, state: dict) -> None:
        self._record.state, self._record.ready, self._record.started = state, False, False
        self._around.changed()

    def _message(self, code: int) -> str:
        message = self._around.commands.termination_message(self._folder)
        if not message and code and self.spec.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            message = last_lines(self.log.path, 80, 2048)
        return message

    def _forget_old_logs(self) -> None:
        """Keep the logs of this run and the one before."""
        keep = {self.log.path.name}
        if "terminated" in self._record.last:
            keep.add(log_path(self._folder, self._record.last["terminated"].get("containerID", "")).name)
        for file in self._folder.glob("*.log*"):
            if file.name.removesuffix(".1") not in keep:
                file.unlink(missing_ok=True)

    # --- while it runs ---

    async def _post_start(self) -> None:
        hook = (self.spec.get("lifecycle") or {}).get("postStart")
        if hook and not await self.hook("PostStart", hook):
            self._unhealthy("FailedPostStartHook", self._grace())
            return
        self._prober = Prober(
            self.spec,
            self._target(),
            self._clock,
            started=self._on_started,
            ready=self._on_ready,
            unhealthy=self._on_unhealthy,
            failed=self._on_probe_failed,
        )
        self._prober.start()

    def _target(self) -> Target:
        ports = {p["name"]: p["containerPort"] for p in self.spec.get("ports") or [] if p.get("name")}
        return Target(self._around.address, self._runtime.gateway, ports, self._execute)

    async def _execute(self, command: list[str], seconds: float) -> tuple[int, str]:
        return await self._around.commands.execute(self.spec, command, seconds)

    def _on_started(self) -> None:
        self._record.started = True
        self._up.set()
        self._around.changed_a_little()

    def _on_ready(self, ready: bool) -> None:
        if self._record.ready != ready:
            self._record.ready = ready
            self._around.changed()

    def _on_unhealthy(self, kind: str, text: str) -> None:
        if not self._leaving:
            self._note("Warning", "Unhealthy", f"{kind} probe failed: {text}")

    def _on_probe_failed(self, kind: str, probe: dict) -> None:
        why = f"Container {self._record.name} failed {kind} probe, will be restarted"
        self._unhealthy(why, probe.get("terminationGracePeriodSeconds", self._grace()))

    def _grace(self) -> float:
        return self._around.pod()["spec"].get("terminationGracePeriodSeconds", 30)

    async def _audit(self, process: Process) -> None:
        """Find out whether the program listens where it should not: nowhere, where its Pod has a network of its own."""
        if self._runtime.networks:
            return
        for seconds in AUDITS:
            await self._clock.sleep(seconds)
            ports = await asyncio.to_thread(wildcard_ports, process.pid)
            if ports:
                every = "every address of this machine, so that other Pods and other computers meet it"
                where = f"port{'s' if len(ports) > 1 else ''} {', '.join(map(str, ports))} of {every}"
                name = self._record.name
                message = f"Container {name} listens on {where}: bind $(POD_IP), the Pod's own address"
                self._note("Warning", "ListensEverywhere", message)
                return
