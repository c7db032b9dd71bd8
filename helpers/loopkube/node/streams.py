"""The node's side of `kubectl logs`, `exec` and `port-forward` (api.links), with the kubelet's errors."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import struct
import termios
from collections.abc import AsyncIterator

from loopkube import low_ports
from loopkube.api.errors import ApiError, bad_request
from loopkube.api.links import LogOptions
from loopkube.node import logs as container_logs
from loopkube.node.container import Container
from loopkube.node.logs import CHUNK
from loopkube.node.pod import Pod
from loopkube.node.process import Process, Standard, StartError
from loopkube.node.runtime import Runtime
from loopkube.node.tasks import watched


async def logs(pod: Pod | None, obj: dict, name: str, options: LogOptions, runtime: Runtime) -> AsyncIterator[bytes]:
    """The log of a container's current or previous run."""
    container_id = _run_with_logs(obj, name, options.previous)
    container = pod.container(name) if pod else None
    folder = runtime.place / "pods" / obj["metadata"]["uid"] / "containers" / name
    path = container.log_path(container_id) if container else folder / f"{container_id.rpartition('/')[2][:16]}.log"
    if not path.exists():
        raise ApiError(500, "InternalError", f"unable to retrieve container logs for {container_id}")
    live = container.log if container and container.log and container.log.path == path else None
    async for piece in container_logs.read(path, options, runtime.clock, live):
        yield piece


def _run_with_logs(obj: dict, name: str, previous: bool) -> str:
    """The ID of the run whose log is wanted (kubelet's validateContainerLogStatus). Raises ApiError."""
    status, pod_name = obj.get("status") or {}, obj["metadata"]["name"]
    every = [*(status.get("containerStatuses") or []), *(status.get("initContainerStatuses") or [])]
    found = next((s for s in every if s["name"] == name), None)
    if found is None:
        raise bad_request(f'container "{name}" in pod "{pod_name}" is not available')
    state, last = found.get("state") or {}, (found.get("lastState") or {}).get("terminated") or {}
    if previous:
        if not last.get("containerID"):
            raise bad_request(f'previous terminated container "{name}" in pod "{pod_name}" not found')
        return last["containerID"]
    if "running" in state:
        return found["containerID"]
    ended = (state.get("terminated") or {}).get("containerID") or last.get("containerID")
    if ended:
        return ended
    reason = (state.get("waiting") or {}).get("reason", "")
    why = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}.get(
        reason, reason
    )
    raise bad_request(f'container "{name}" in pod "{pod_name}" is waiting to start: {why}')


async def execute(pod: Pod | None, obj: dict, name: str, command: list[str], stdin: bool, tty: bool) -> "ExecSession":
    """Start a command inside a container. Raises ApiError."""
    container = pod.container(name) if pod else None
    if pod is None or container is None or container.process is None:
        raise ApiError(500, "InternalError", f'unable to upgrade connection: container not found ("{name}")')
    try:
        return ExecSession(pod, container, command, stdin, tty)
    except StartError as error:
        raise ApiError(
            500,
            "InternalError",
            "Internal error occurred: error executing command in container: failed to exec in container: failed to "
            f'start exec "{secrets.token_hex(32)}": OCI runtime exec failed: exec failed: '
            f"unable to start container process: {error}",
        ) from error


async def open_port(
    pod: Pod | None, obj: dict, port: int, runtime: Runtime
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a port of the Pod. Raises ApiError."""
    if pod is None:
        raise ApiError(500, "InternalError", f'pod "{obj["metadata"]["name"]}" is not running')
    try:
        return await asyncio.open_connection(*low_ports.here(pod.address, port))
    except OSError as error:
        uid = obj["metadata"]["uid"]
        why = f"failed to connect to localhost:{port} inside the pod: {pod.address}:{port}: connection refused"
        raise ApiError(500, "InternalError", f"error forwarding port {port} to pod {uid}: {why}") from error


class ExecSession:
    """A command beside a container's program (api.links.Session)."""

    def __init__(self, pod: Pod, container: Container, command: list[str], stdin: bool, tty: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(maxsize=64)
        self._open: set[int] = set()
        self._copies: list[asyncio.Task] = []
        self._stdin = -1
        self._start = lambda standard: pod.commands.start_beside(container.spec, command, standard)
        self._process = self._start_tty() if tty else self._start_pipes(stdin)

    async def write(self, data: bytes) -> None:
        while data and self._stdin >= 0:
            try:
                data = data[os.write(self._stdin, data) :]
            except BlockingIOError:
                await self._writable()
            except OSError:
                return

    async def close_stdin(self) -> None:
        if self._stdin >= 0 and self._stdin not in self._open:
            os.close(self._stdin)
        self._stdin = -1

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        while (piece := await self._queue.get()) is not None:
            yield piece

    async def wait(self) -> int:
        return await self._process.wait()

    async def resize(self, width: int, height: int) -> None:
        if self._stdin >= 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._stdin, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    async def kill(self) -> None:
        self._process.kill()
        for copy in self._copies:
            copy.cancel()
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)
        await self.close_stdin()

    def _start_pipes(self, stdin: bool) -> Process:
        out, err = os.pipe(), os.pipe()
        given = os.pipe() if stdin else (-1, -1)
        try:
            process = self._start(Standard(given[0], out[1], err[1]))
        except StartError:
            for descriptor in (out[0], err[0], *([given[1]] if stdin else [])):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (out[1], err[1], *([given[0]] if stdin else [])):
                os.close(descriptor)
        if stdin:
            self._stdin = given[1]
            os.set_blocking(self._stdin, False)
        self._read(out[0], 1)
        self._read(err[0], 2)
        return process

    def _start_tty(self) -> Process:
        ours, theirs = os.openpty()
        try:
            process = self._start(Standard(theirs, theirs, theirs, tty=True))
        except StartError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._stdin = ours
        self._read(ours, 1)
        return process

    def _read(self, descriptor: int, stream: int) -> None:
        os.set_blocking(descriptor, False)
        self._open.add(descriptor)
        self._copies.append(watched(self._copy(descriptor, stream), "output of exec"))

    async def _copy(self, descriptor: int, stream: int) -> None:
        """Pass on what a pipe or terminal gives until it ends, no faster than it is taken."""
        try:
            while data := await _read_some(self._loop, descriptor):
                await self._queue.put((stream, data))
        finally:
            self._open.discard(descriptor)
            if self._stdin == descriptor:
                self._stdin = -1
            os.close(descriptor)
        if not self._open:
            await self._queue.put(None)

    async def _writable(self) -> None:
        ready = self._loop.create_future()
        self._loop.add_writer(self._stdin, ready.set_result, None)
        try:
            await ready
        finally:
            self._loop.remove_writer(self._stdin)


async def _read_some(loop: asyncio.AbstractEventLoop, descriptor: int) -> bytes:
    """What there is to read, waiting for it; empty at the end."""
    while True:
        ready = loop.create_future()

        def arrived(ready: asyncio.Future = ready) -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(descriptor, arrived)
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)
        try:
            return os.read(descriptor, CHUNK)
        except BlockingIOError:
            continue
        except OSError:  # a terminal whose program has ended
            return b""
