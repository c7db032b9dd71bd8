"""The node's side of `kubectl logs`, `exec` and `port-forward` (api.links), with the kubelet's errors."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator

from loopkube.node import logs as container_logs
from loopkube.node.container import Container
from loopkube.node.l4 import low_ports
from loopkube.node.logs import CHUNK
from loopkube.node.pod import Pod
from loopkube.node.process import Process, Standard, StartError
from loopkube.node.resume import STATUS_FIELDS
from loopkube.node.runtime import Runtime
from loopkube.node.standard_input import StandardInput, pipe, terminal
from loopkube.node.tasks import watched
from loopkube.shared.links import LogOptions, Session
from loopkube.shared.status import ApiError, bad_request


async def logs(pod: Pod | None, obj: dict, name: str, options: LogOptions, runtime: Runtime) -> AsyncIterator[bytes]:
    """The log of a container's current or previous run."""
    container_id = _run_with_logs(obj, name, options.previous)
    container = pod.container(name) if pod else None
    folder = runtime.folder / "pods" / obj["metadata"]["uid"] / "containers" / name
    path = container.log_path(container_id) if container else folder / f"{container_id.rpartition('/')[2][:16]}.log"
    if not path.exists():
        raise ApiError(500, "InternalError", f"unable to retrieve container logs for {container_id}")
    live = container.log if container and container.log and container.log.path == path else None
    async for piece in container_logs.read(path, options, runtime.clock, live):
        yield piece


def _run_with_logs(obj: dict, name: str, previous: bool) -> str:
    """The ID of the run whose log is wanted (kubelet's validateContainerLogStatus). Raises ApiError."""
    status, pod_name = obj.get("status") or {}, obj["metadata"]["name"]
    every = [each for field in STATUS_FIELDS for each in status.get(field) or []]
    container_status = next((s for s in every if s["name"] == name), None)
    if container_status is None:
        raise bad_request(f'container "{name}" in pod "{pod_name}" is not available')
    state, last = container_status.get("state") or {}, (container_status.get("lastState") or {}).get("terminated") or {}
    if previous:
        if not last.get("containerID"):
            raise bad_request(f'previous terminated container "{name}" in pod "{pod_name}" not found')
        return last["containerID"]
    if "running" in state:
        return container_status["containerID"]
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


async def attach(pod: Pod | None, obj: dict, name: str, stdin: bool) -> Session:
    """See what a container's program writes, and give it input. Raises ApiError."""
    container = pod.container(name) if pod else None
    console = container.console if container else None
    if console is None:
        where = f"{obj['metadata']['name']}_{obj['metadata']['namespace']}"
        why = f"unable to upgrade connection: container {name} not found in pod {where}"
        raise ApiError(500, "InternalError", why)
    return console.attach(stdin)


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
        self._stdin: StandardInput | None = None
        self._start = lambda standard: pod.commands.start_beside(container.spec, command, standard)
        self._tty = tty
        self._process = self._start_tty() if tty else self._start_pipes(stdin)

    async def write(self, data: bytes) -> None:
        if self._stdin:
            await self._stdin.write(data)

    async def close_stdin(self) -> None:
        """The program reads the end of its input; a terminal has none."""
        if self._stdin and not self._tty:
            self._stdin.close()

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """(1 for stdout or 2 for stderr, bytes), until both are closed."""
        while (piece := await self._queue.get()) is not None:
            yield piece

    async def wait(self) -> int:
        return await self._process.wait()

    async def resize(self, width: int, height: int) -> None:
        """In columns and rows."""
        if self._stdin:
            self._stdin.resize(width, height)

    async def kill(self) -> None:
        """Ends the program, and what it was about to say: its reader gets the end at once."""
        self._process.kill()
        for copy in self._copies:
            copy.cancel()
        # room for the end: nobody may be reading any more
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)
        if self._stdin:
            self._stdin.close()

    def _start_pipes(self, stdin: bool) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            out, out_child = pipe(ours, theirs)
            err, err_child = pipe(ours, theirs)
            given_child, given = pipe(theirs, ours) if stdin else (-1, -1)
            process = self._start(Standard(given_child, out_child, err_child))
            # the program runs: its ends are closed here, ours by those who read and write them
            ours.pop_all()
        if stdin:
            self._stdin = StandardInput(given)
        self._read(out, 1)
        self._read(err, 2)
        return process

    def _start_tty(self) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            near, given, far = terminal(ours, theirs)
            process = self._start(Standard(far, far, far, tty=True))
            ours.pop_all()
        self._stdin = StandardInput(given)
        self._read(near, 1)
        return process

    def _read(self, descriptor: int, stream: int) -> None:
        os.set_blocking(descriptor, False)
        self._open.add(descriptor)
        copy = watched(self._copy(descriptor, stream), "output of exec")
        # not in the task itself: one that is cancelled before its first step runs none of its code
        copy.add_done_callback(lambda _: os.close(descriptor))
        self._copies.append(copy)

    async def _copy(self, descriptor: int, stream: int) -> None:
        """Pass on what a pipe or terminal gives until it ends, no faster than it is taken."""
        while data := await _read_some(self._loop, descriptor):
            await self._queue.put((stream, data))
        self._open.discard(descriptor)
        # the last of its outputs tells the end, for the other may still have something to say
        if not self._open:
            await self._queue.put(None)


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
