"""The control plane in this process: API server over TLS, controllers, scheduler; every object in memory, no node.

It runs in a thread with an event loop of its own, so that a test may block, or run loops as it likes.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from loopkube.api import bootstrap
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.registry import Kinds
from loopkube.process.control_plane import ControlPlane
from loopkube.shared import private
from loopkube.shared.clock import Clock
from loopkube.shared.cluster_file import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    """A cluster that answers: `kubeconfig` is the administrator's, for any client."""

    kubeconfig: Path
    url: str


@contextlib.contextmanager
def running(folder: Path, *, controllers: bool = True) -> Iterator[Running]:
    """A control plane until the end of the block. `folder` gets its keys and its kubeconfig, both private.

    Without `controllers` there is the API alone, as envtest has it: nothing is written but by the test, no namespace
    gets a service account, and none that is deleted goes away. Raises OSError.
    """
    ready: Future[tuple[Running, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=_run, args=(folder, controllers, ready), name="loopkube", daemon=True)
    thread.start()
    cluster, loop, over = ready.result()
    try:
        yield cluster
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


def _run(folder: Path, controllers: bool, ready: Future) -> None:
    try:
        asyncio.run(_serve(folder, controllers, ready))
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)


async def _serve(folder: Path, controllers: bool, ready: Future) -> None:
    over = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        clock, store = Clock(), Store(None)
        stack.callback(store.close)
        credentials = Credentials.load_or_make(private.folder(folder / "credentials"), clock)
        api = Api(store, Kinds(), clock)
        definitions = DefinitionKeeper(store, api.kinds, InProcessClient(api, "kube-apiserver"), clock)
        await definitions.start()
        stack.push_async_callback(definitions.stop)
        server = Server(api, credentials, HOST, 0)
        await server.start()
        plane = ControlPlane(api, server, credentials, clock, Settings())
        stack.push_async_callback(plane.stop)
        bootstrap.install(api, HOST, server.port)
        bootstrap.publish(api, server.aggregator.settings(credentials.ca))
        if controllers:
            await plane.run_controllers()
            await plane.run_scheduler()
        kubeconfig = folder / "kubeconfig"
        private.write(kubeconfig, credentials.kubeconfig(server.url, name="loopkube"))
        ready.set_result((Running(kubeconfig, server.url), asyncio.get_running_loop(), over))
        await over.wait()
