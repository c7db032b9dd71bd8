"""A process that belongs to the cluster and is started again whenever it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from loopkube.clock import Clock

log = logging.getLogger(__name__)
SOON, FIRST_PAUSE, LAST_PAUSE = 1.0, 0.1, 5.0
"""One that ran less than SOON seconds is started again after a pause, which doubles."""
SECONDS_TO_END = 5.0


class Supervised:
    """`start`, then it runs until `stop`. Its stdin is a pipe that closes when the cluster's process dies.

    With `begin` it may load itself while other parts are still starting: it waits for a line on its stdin.
    """

    def __init__(self, name: str, command: Sequence[str], clock: Clock) -> None:
        self.name, self._command, self._clock = name, command, clock
        self._begun = False
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        await self._run()
        self._task = asyncio.create_task(self._keep(), name=self.name)

    def begin(self) -> None:
        """What the process waits for is there."""
        self._begun = True
        if self._process and self._process.stdin:
            self._process.stdin.write(b"begin\n")

    async def stop(self) -> None:
        """Closes its stdin and sends SIGTERM; SIGKILL if it does not end."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), SECONDS_TO_END)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _run(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, start_new_session=True)
        if self._begun:
            self.begin()

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            process, began = self._process, self._clock.monotonic()
            code = await process.wait() if process else None
            log.warning("the %s ended (%s); it is started again", self.name, code)
            if self._clock.monotonic() - began < SOON:
                await self._clock.sleep(pause)
                pause = min(pause * 2, LAST_PAUSE)
            else:
                pause = FIRST_PAUSE
            try:
                await self._run()
            except OSError as error:
                log.error("the %s cannot be started: %s", self.name, error)
