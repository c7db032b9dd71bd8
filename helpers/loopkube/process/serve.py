"""The cluster's own process: `python -m loopkube.process.serve FOLDER STEPS_FD SETTINGS` (started by `launching`).

Start-up is the list `STEPS`; each step starts one part and says how to stop it. The parts meet in `startup`.
"""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from loopkube.api.store.state_file import StoreError
from loopkube.node import orphans
from loopkube.node.isolation import plan
from loopkube.node.l4 import low_ports
from loopkube.node.network import own, sockets
from loopkube.node.network.pods import PodNetworks
from loopkube.process import info, lock_file, origin
from loopkube.process.ports import PortTaken
from loopkube.process.supervised import Supervised
from loopkube.shared import addresses, held, log_file
from loopkube.shared.clock import Clock

log = logging.getLogger("loopkube")


def main(folder: str, steps_fd: int, settings: dict) -> int:
    """The cluster's process. `steps_fd` is the pipe on which it tells each step; 1 when another one runs already."""
    log_file.configure(file=info.log_file(Path(folder)))
    home = info.home(Path(folder))
    # a bare descriptor that nothing closes: the lock lasts as long as this process, however it ends
    if lock_file.take(home / "lock") is None:
        return 1
    # before the first file is made: keys and objects are their owner's alone
    os.umask(0o077)
    if settings["containers"] in (plan.ISOLATED, plan.AUTO) and not own.refusal():
        own.enter(home / "network")
    os.environ[low_ports.VARIABLE] = str(low_ports.lowest())  # for all that this process starts
    with os.fdopen(steps_fd, "w", buffering=1) as steps:
        tell = _Teller(steps)
        try:
            with asyncio.Runner(loop_factory=held.loop_factory()) as runner:
                runner.run(_run(Path(folder), settings, tell))
        except PortTaken as error:
            tell(port_taken=vars(error))
        except Exception as error:
            log.exception("the cluster ended")
            tell(error=_message_of(error))
            return 1
    return 0


def _message_of(error: Exception) -> str:
    """What the person reads; a bad disk or file is said in its own words."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; make it readable and writable for you, or move it away"
    known = next((e for e in (error, error.__cause__) if isinstance(e, StoreError)), None)
    return str(known) if known else f"{type(error).__name__}: {error}"


class _Teller:
    """Tells the starting process what happens; harmless when nobody listens any more."""

    def __init__(self, stream) -> None:
        self._stream = stream

    def __call__(self, **message: object) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):
            print(json.dumps(message), file=self._stream)
            if "ready" in message:
                self._stream.close()


async def _run(folder: Path, settings: dict, tell: _Teller) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopped.set)
    # before anything is started, so that no orphan goes to another parent
    orphans.adopt()
    gc.disable()  # nearly all that a start makes stays, and would be looked through again and again
    async with contextlib.AsyncExitStack() as stack:
        beside = await start_beside(folder, stack)  # they load themselves while this process loads its own parts
        networks = _networks(folder, stack)
        steps, parts = _load(folder, settings, stack)
        parts.beside, parts.networks = beside, networks
        for name, step in steps:
            await asyncio.sleep(0)  # a signal is heard here, whatever the steps wait for
            tell(step=name)
            await step(parts)
            if stopped.is_set():
                return
        # last: for `cluster.status` a cluster with this record is ready
        info.write_info(parts.info())
        origin.write(info.home(folder), settings["config"], parts.info().nodes)
        gc.freeze()  # the little of it that is garbage is not worth the look that takes as long as a tenth of the start
        gc.enable()
        tell(ready=True)
        await stopped.wait()
        info.forget_info(folder)  # first, so that a start meanwhile waits instead of taking this one


async def start_beside(folder: Path, stack: contextlib.AsyncExitStack) -> dict[str, Supervised]:
    """The processes of the cluster that are not this one and no container."""
    here, home = Path(__file__).parent, info.home(folder)
    commands = {
        "guard": ["-I", "-S", str(here / "guard.py"), str(home)],
        "L4 proxy": ["-P", "-m", "loopkube.node.l4.proxy", str(folder / "kubeconfig"), str(os.getpid())],
    }
    started = {}
    for name, arguments in commands.items():
        started[name] = Supervised(name, [sys.executable, *arguments], Clock())
        await started[name].start()
        # pushed before all parts, so stopped after them: the guard sees everything else end
        stack.push_async_callback(started[name].stop)
    return started


def _networks(folder: Path, stack: contextlib.AsyncExitStack) -> PodNetworks | None:
    """Begins to load what makes networks for Pods, where they have their own."""
    if not sockets.own():
        return None
    made = PodNetworks(info.home(folder) / "network", [str(addresses.OWN_NODES), str(addresses.OWN_SERVICES)])
    stack.callback(made.stop)
    made.begin()
    return made


def _load(folder: Path, settings: dict, stack: contextlib.AsyncExitStack):
    """Import all parts: half of the time that a start takes."""
    # aiohttp reads this machine's list of public authorities as it loads; nothing here trusts any of them.
    with _environment("SSL_CERT_FILE", os.devnull), _environment("SSL_CERT_DIR", os.devnull):
        from loopkube.process.startup import STEPS, Parts
    return STEPS, Parts(folder, settings, stack)


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])))
