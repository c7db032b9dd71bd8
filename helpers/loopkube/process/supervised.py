"""A process that belongs to the cluster and is started again whenever it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended

log = logging.getLogger(__name__)
SOON, FIRST_PAUSE, LAST_PAUSE = 1.0, 0.1, 5.0
"""One that ran less than SOON seconds is started again after a pause, which doubles."""
SECONDS_TO_END = 5.0


class Supervised:
    """`start`, then it runs until `stop`. Its stdin is a pipe that closes when the cluster's process dies.

    What it is to know comes by `tell`, as a line on its stdin; a process that is started again gets the last one. So
    it may load itself while other parts are still starting, and wait for its first line.
    """

    def __init__(self, name: str, command: Sequence[str], clock: Clock) -> None:
        self.name, self._command, self._clock = name, command, clock
        self._last = ""
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task | None = None

    @property
    def pid(self) -> int:
        """0 before the start and after the stop."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Starts the program, and again each time that it ends before `stop`."""
        await self._run()
        self._task = asyncio.create_task(self._keep(), name=self.name)

    def tell(self, line: str) -> None:
        """One short line, which says all that there is to know now."""
        self._last = line
        if self._process and self._process.stdin:
            self._process.stdin.write(f"{line}\n".encode())

    async def stop(self) -> None:
        """Closes its stdin and sends SIGTERM; SIGKILL if it does not end."""
        task, self._task = self._task, None
        # first, for `_keep` would start the process again
        await ended(task)
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            # the sign for a program that reads it; SIGTERM is for those that do not
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
        if self._last:
            self.tell(self._last)

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
