"""Commands that run while a load is sent: what they print is shown, and when each began is noted."""

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from labtools.load.sending import Load

BEFORE, AFTER = 0.2, 0.3
"""Seconds of load before the first command, and after the last: what it does may come later than its end."""


@dataclass(frozen=True)
class Ran:
    """One command: begin and end in seconds since the load began, and its exit code."""

    command: str
    begin: float
    end: float
    code: int


class Beside:
    """`/bin/sh` runs them one after another, as a person would type them in a second terminal."""

    def __init__(self, commands: Sequence[str]) -> None:
        self.commands = commands
        self.ran: list[Ran] = []

    async def __call__(self, load: Load) -> None:
        """Returns a moment after the last has ended."""
        if not self.commands:
            return
        await asyncio.sleep(BEFORE)
        for command in self.commands:
            begin = load.now
            # in a group of its own: the end of a shell is not that of the program which it runs
            process = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.DEVNULL, process_group=0)
            try:
                code = await process.wait()
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGTERM)
            self.ran.append(Ran(command, begin, load.now, code))
        await asyncio.sleep(AFTER)
