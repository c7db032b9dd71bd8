"""The networks of Pods: made by `links`, held by descriptors of this process, named in a folder (sockets.py)."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

LARGEST = 4096
"""Bytes of one request or answer."""


class NetworkError(Exception):
    """A Pod can have no network; the message is the kernel's."""


class PodNetworks:
    """`start`, then `add` and `remove` by a Pod's address, `stop`. A network ends with the last process in it."""

    def __init__(self, folder: Path, local: list[str]) -> None:
        """`local` are the networks of nodes and Services."""
        self._folder, self._local = folder, local
        self._held: dict[str, int] = {}
        self._adding: set[asyncio.Task] = set()
        self._process: subprocess.Popen | None = None
        self._channel: socket.socket | None = None
        self._turn = asyncio.Lock()

    def begin(self) -> None:
        """Start the process, which loads itself while others do the same."""
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-m", "loopkube.node.network.links", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
            )

    async def start(self) -> None:
        """Returns when addresses of nodes and Services may be listened on. Raises NetworkError."""
        await self._asked({"local": self._local})

    async def add(self, address: str, gateway: str) -> None:
        """A network for the Pod of this address, on the node whose Pods see it as `gateway`. Raises NetworkError."""
        task = asyncio.create_task(self._add(address, gateway), name="network of a pod")
        self._adding.add(task)
        task.add_done_callback(self._adding.discard)
        # whoever waits may be cancelled; an answer that nobody takes would be the next one's
        await asyncio.shield(task)

    async def _add(self, address: str, gateway: str) -> None:
        if address in self._held:  # its Pod went before it was made: nobody has been in it
            return
        number = await self._asked({"address": address, "gateway": gateway})
        self._held[address] = number
        (self._folder / address).symlink_to(f"/proc/{os.getpid()}/fd/{number}")

    def remove(self, address: str) -> None:
        """The Pod has ended. Harmless for one that has no network."""
        number = self._held.pop(address, -1)
        if number >= 0:
            (self._folder / address).unlink(missing_ok=True)
            os.close(number)

    def stop(self) -> None:
        """After all Pods."""
        for address in list(self._held):
            self.remove(address)
        self._end()

    def _end(self) -> None:
        if self._channel:
            self._channel.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._channel = self._process = None

    async def _asked(self, request: dict) -> int:
        async with self._turn:  # here, so that those who wait take no thread
            return await asyncio.to_thread(self._ask, request)

    def _ask(self, request: dict) -> int:
        """The descriptor that comes with the answer, or -1."""
        if self._process is None or self._process.poll() is not None:
            self._end()
            self.begin()
        assert self._channel is not None
        with contextlib.suppress(OSError):
            self._channel.send(json.dumps(request).encode())
        data, numbers, _, _ = socket.recv_fds(self._channel, LARGEST, 1)
        if not data:
            raise NetworkError("the process that makes networks has ended")
        if error := json.loads(data).get("error"):
            raise NetworkError(error)
        return numbers[0] if numbers else -1
