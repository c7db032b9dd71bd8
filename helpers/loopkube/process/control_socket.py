"""Orders from outside to the cluster's own process: list, stop and start its nodes.

They come through a Unix socket in the cluster's folder, which only its owner may open (0600 in a folder 0700), and
not through the API, which is gone while the control plane is off. One line of JSON in, one line back.
"""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopkube.process.node_power import Machines

SOCKET = "orders.sock"
LONGEST = 4096


class UnknownNode(Exception):
    """No node of this cluster has that name."""


@contextlib.asynccontextmanager
async def listening(folder: Path, machines: "Machines") -> AsyncIterator[None]:
    """Take orders until the end of the block."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):  # whoever asked has gone, or sent too much
            writer.write(json.dumps(await _obey(machines, await reader.readline())).encode() + b"\n")
            await writer.drain()
        writer.close()

    # a cluster that was killed has left its own
    (folder / SOCKET).unlink(missing_ok=True)
    with _short(folder) as path:
        server = await asyncio.start_unix_server(answer, path, limit=LONGEST)
    # nobody else came in before: the folder is its owner's alone
    (folder / SOCKET).chmod(0o600)
    try:
        yield
    finally:
        server.close()
        (folder / SOCKET).unlink(missing_ok=True)


async def _obey(machines: "Machines", line: bytes) -> dict:
    try:
        order = json.loads(line)
        action, node = order["action"], str(order.get("node", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"error": "not an order"}
    try:
        if action == "list":
            return {"nodes": machines.states()}
        if action in ("stop", "start"):
            return {"changed": await (machines.stop if action == "stop" else machines.start)(node)}
    except UnknownNode as error:
        return {"unknown": node, "error": str(error)}
    return {"error": f"no order {action}"}


def send(folder: Path, order: dict, timeout: float) -> dict:
    """Give an order to the cluster of a folder and return its answer. Raises OSError when it does not answer."""
    with socket.socket(socket.AF_UNIX) as connection, _short(folder) as path:
        connection.settimeout(timeout)
        connection.connect(path)
        connection.sendall(json.dumps(order).encode() + b"\n")
        line = connection.makefile("rb").readline()
    if not line:
        raise ConnectionError("the cluster closed the connection")
    return json.loads(line)


@contextlib.contextmanager
def _short(folder: Path) -> Iterator[str]:
    """The socket's path in under 108 bytes, all that the system takes, however deep the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = f"/proc/self/fd/{descriptor}"
        yield f"{short if Path(short).exists() else folder}/{SOCKET}"
    finally:
        os.close(descriptor)
