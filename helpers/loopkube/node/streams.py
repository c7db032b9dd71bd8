"""The node's side of `kubectl logs`, `exec` and `port-forward` (api.links), with the kubelet's errors."""

import asyncio
import secrets
from collections.abc import AsyncIterator

from loopkube.node import log_reading
from loopkube.node.exec_session import ExecSession
from loopkube.node.l4 import low_ports
from loopkube.node.launch import StartError
from loopkube.node.network import sockets
from loopkube.node.pod import Pod
from loopkube.node.resume import STATUS_FIELDS
from loopkube.node.runtime import Runtime
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
    async for piece in log_reading.read(path, options, runtime.clock, live):
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
    await pod.commands.settled(container.spec)
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
        if runtime.networks and not obj["spec"].get("hostNetwork"):
            return await _open_inside(pod.address, port)
        return await asyncio.open_connection(*low_ports.here(pod.address, port))
    except OSError as error:
        uid = obj["metadata"]["uid"]
        why = f"failed to connect to localhost:{port} inside the pod: {pod.address}:{port}: connection refused"
        raise ApiError(500, "InternalError", f"error forwarding port {port} to pod {uid}: {why}") from error


async def _open_inside(address: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """From within the Pod's network, to its own loopback address, as a kubelet does it; then to the Pod's.

    Many a program listens on the Pod's address alone, as it has to where Pods share a network.
    """
    try:
        return await _opened_inside(address, "127.0.0.1", port)
    except ConnectionRefusedError:
        return await _opened_inside(address, address, port)


async def _opened_inside(pod: str, target: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    sock = sockets.stream(pod)
    try:
        sock.setblocking(False)
        sock.bind(("127.0.0.1", 0))  # who asks is seen alike in both cases
        await asyncio.get_running_loop().sock_connect(sock, (target, port))
        return await asyncio.open_connection(sock=sock)
    except BaseException:
        sock.close()
        raise
