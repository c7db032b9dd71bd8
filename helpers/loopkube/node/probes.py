"""One probe of a container, startup, readiness or liveness: by a command, TCP or HTTP, in the kubelet's words."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from loopkube.node.l4 import low_ports
from loopkube.upstream.version import MAJOR, MINOR

MOST_REDIRECTS = 10
LONGEST_OUTPUT = 10 * 1024
USER_AGENT = f"kube-probe/{MAJOR}.{MINOR}"

Exec = Callable[[list[str], float], Awaitable[tuple[int, str]]]
"""(command, timeout) -> (exit code, output); raises TimeoutError."""


@dataclass(frozen=True)
class Outcome:
    """What one probe found, with the words of the kubelet's event for it."""

    ok: bool
    text: str = ""
    refused: bool = False


@dataclass(frozen=True)
class Target:
    """Where a container is probed: its address, where the probe comes from, its named ports."""

    address: str
    source: str
    ports: dict[str, int]
    exec: Exec

    def port(self, port: int | str) -> int:
        """A port number, or a port's name."""
        if isinstance(port, str) and port in self.ports:
            return self.ports[port]
        return int(port)


async def check(probe: dict, target: Target) -> Outcome:
    """One probe."""
    seconds = probe.get("timeoutSeconds") or 1
    if "exec" in probe:
        return await _exec(probe["exec"]["command"], target, seconds)
    if "tcpSocket" in probe:
        return await _tcp(probe["tcpSocket"], target, seconds)
    if "httpGet" in probe:
        return await _http(probe["httpGet"], target, seconds)
    return Outcome(False, "grpc probes are not available on this cluster")


async def _exec(command: list[str], target: Target, seconds: float) -> Outcome:
    try:
        code, output = await target.exec(command, seconds)
    except TimeoutError:
        return Outcome(False, f'command timed out: "{" ".join(command)}" timed out after {seconds}s')
    except OSError as error:
        return Outcome(False, str(error))
    return Outcome(code == 0, output[:LONGEST_OUTPUT])


async def _connect(host: str, port: int, target: Target, tls: bool = False):
    context = None
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    source = (target.source, 0) if target.source and host.startswith("127.") else None
    return await asyncio.open_connection(*low_ports.here(host, port), ssl=context, local_addr=source)


def _dial_error(error: OSError, address: str) -> Outcome:
    """A failed connection in Go's words."""
    if _is_refused(error):
        return Outcome(False, f"dial tcp {address}: connect: connection refused", refused=True)
    return Outcome(False, f"dial tcp {address}: connect: {(error.strerror or str(error)).lower()}")


def _is_refused(error: OSError) -> bool:
    # asyncio words the error anew when it tried a source address
    return isinstance(error, ConnectionRefusedError) or "refused" in str(error).lower()


async def _tcp(body: dict, target: Target, seconds: float) -> Outcome:
    host, port = body.get("host") or target.address, target.port(body["port"])
    try:
        async with asyncio.timeout(seconds):
            _, writer = await _connect(host, port, target)
    except TimeoutError:
        return Outcome(False, f"dial tcp {host}:{port}: i/o timeout")
    except OSError as error:
        return _dial_error(error, f"{host}:{port}")
    writer.close()
    return Outcome(True)


async def _http(body: dict, target: Target, seconds: float) -> Outcome:
    host, port = body.get("host") or target.address, target.port(body["port"])
    scheme = (body.get("scheme") or "HTTP").lower()
    path = body.get("path") or "/"
    headers = {h["name"]: h.get("value", "") for h in body.get("httpHeaders") or []}
    for _ in range(MOST_REDIRECTS):
        path = path if path.startswith("/") else f"/{path}"
        url = f"{scheme}://{host}:{port}{path}"
        try:
            async with asyncio.timeout(seconds):
                status, location = await _get(scheme, host, port, path, headers, target)
        except TimeoutError:
            awaited = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
            return Outcome(False, f'Get "{url}": {awaited}')
        except (asyncio.IncompleteReadError, ConnectionResetError, ValueError, ssl.SSLError) as error:
            return Outcome(False, f'Get "{url}": {"EOF" if isinstance(error, asyncio.IncompleteReadError) else error}')
        except OSError as error:
            outcome = _dial_error(error, f"{host}:{port}")
            return Outcome(False, f'Get "{url}": {outcome.text}', outcome.refused)
        if status // 100 == 3 and location.startswith("/"):
            path = location
            continue
        if 200 <= status < 400:
            return Outcome(True)
        return Outcome(False, f"HTTP probe failed with statuscode: {status}")
    return Outcome(False, f'Get "{path}": stopped after {MOST_REDIRECTS} redirects')


async def _get(
    scheme: str, host: str, port: int, path: str, headers: dict[str, str], target: Target
) -> tuple[int, str]:
    """(status, Location) of one GET; the body is not read."""
    reader, writer = await _connect(host, port, target, tls=scheme == "https")
    try:
        lines = {"Host": f"{host}:{port}", "User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
        lines |= headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        first = await reader.readline()
        if not first:
            raise asyncio.IncompleteReadError(b"", None)
        status_line = first.split(None, 2)
        if len(status_line) < 2 or not status_line[0].startswith(b"HTTP/"):
            raise ValueError(
                f"net/http: HTTP/1.x transport connection broken: malformed HTTP response {first.strip()!r}"
            )
        location = ""
        while (line := await reader.readline()) not in (b"\r\n", b"\n", b""):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"location":
                location = value.strip().decode("latin-1")
        return int(status_line[1]), location
    finally:
        writer.close()
