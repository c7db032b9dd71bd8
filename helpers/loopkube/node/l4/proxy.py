"""The L4 proxy, what kube-proxy is to a cluster: a process, `python -m loopkube.node.l4.proxy KUBECONFIG PARENT`.

It listens on the addresses of Services (see addresses.py) and on node ports, chooses a Pod at random for each
connection, and copies bytes without looking at them. The choice is made once, when the connection opens; over UDP,
which has none, with a client's first datagram (datagrams.py).
It loads itself while the API starts, and begins when a line comes on its stdin; it ends when that is closed.

On a real cluster every node has a proxy of its own, which goes off with its node. So each line names the nodes that
are off (a JSON list): their node ports close at once, before the API knows that they are gone.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from io import FileIO
from pathlib import Path
from typing import cast

from loopkube.client.client import Client
from loopkube.node.l4.light_client import LightClient
from loopkube.node.l4.service_proxy import ServiceProxy
from loopkube.node.network import sockets
from loopkube.shared import addresses, held, log_file
from loopkube.shared.clock import Clock


def end_with(parent: int) -> None:
    """End this process when the one that started it dies (on Linux the kernel sees to it), or has died already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    # it died before the kernel was asked
    if os.getppid() != parent:
        raise SystemExit(0)


def take_descriptors() -> None:
    """As many as the system allows: one for each port of a Service, two for each connection; 1,024 are too few."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def run(kubeconfig: Path, control: FileIO, off: list[str]) -> None:
    """Runs the proxy. `off` are the nodes without power; each line of `control` is a new list of them."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    proxy = ServiceProxy(cast(Client, LightClient(kubeconfig)), Clock())
    proxy.without(off)
    await proxy.start()

    def follow() -> None:
        line = control.readline()
        proxy.without(json.loads(line)) if line else stopped.set()

    loop.add_reader(control, follow)
    await stopped.wait()
    loop.remove_reader(control)
    await proxy.stop()


def main(kubeconfig: str, parent: int) -> None:
    """The process: waits for the first line, which comes when the kubeconfig can be read."""
    log_file.configure()
    end_with(parent)
    if sockets.own():
        addresses.in_own_network()
    take_descriptors()
    with FileIO(0) as control:  # read as it comes: a line that stays in a buffer wakes nobody
        first = control.readline()
        if first:
            with asyncio.Runner(loop_factory=held.loop_factory()) as runner:
                runner.run(run(Path(kubeconfig), control, json.loads(first)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
