"""The cluster's own process: `python -m loopkube.serve FOLDER STEPS_FD SETTINGS` (started by cluster.py).

Start-up is the list `STEPS`; each step starts one part and says how to stop it. The parts meet only here.
"""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
from pathlib import Path

from loopkube import cluster, lockfile
from loopkube.ports import PortTaken
from loopkube.store import StoreError

log = logging.getLogger("loopkube")


def main(folder: str, steps_fd: int, settings: dict) -> int:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    place = cluster.home(Path(folder))
    if lockfile.take(place / "lock") is None:
        return 1
    os.umask(0o077)
    with os.fdopen(steps_fd, "w", buffering=1) as steps:
        tell = _Teller(steps)
        try:
            asyncio.run(_run(Path(folder), settings, tell))
        except PortTaken as error:
            tell(port_taken={"port": error.port, "process": error.process, "pid": error.pid})
        except Exception as error:
            log.exception("the cluster ended")
            tell(error=str(error) if isinstance(error, StoreError) else f"{type(error).__name__}: {error}")
            return 1
    return 0


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
    from loopkube.parts import STEPS, Parts

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        parts = Parts(folder, settings, stack)
        for name, step in STEPS:
            tell(step=name)
            await step(parts)
            if stopped.is_set():
                return
        cluster.write_info(parts.info())
        gc.collect()
        gc.freeze()
        tell(ready=True)
        await stopped.wait()
    cluster.forget_info(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])))
