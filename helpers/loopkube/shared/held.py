"""How long an event loop was held: how long a turn of it took, in which nothing else was heard or answered.

For tests: with LOOPKUBE_HELD=FOLDER in the environment, the cluster's processes write there each turn that took longer
than `WORTH_TELLING`, one JSON line each. A loop's own selector sees where a turn begins and ends; a thread looks
meanwhile what it is at, and keeps the calls that were the same each time it looked: the last of them held the loop.

A busy machine holds a process, and so does SIGSTOP. Neither is the loop's fault, so the time is not counted in which
the loop's thread waited for a processor (the kernel counts it) or in which the looking thread did not run, either.
What the loop's thread computed is counted in any case.
"""

import asyncio
import contextlib
import json
import os
import selectors
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

VARIABLE = "LOOPKUBE_HELD"
LOOK_EVERY, WORTH_TELLING = 0.02, 0.1


@dataclass(frozen=True)
class Hold:
    """`stack` are the calls that held the loop, the outermost first, and `inner` what was called when last seen."""

    at: float
    seconds: float
    wall: float
    stack: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)


Tell = Callable[[Hold], None]


class Turn:
    """What the loop does between two looks for events."""

    def __init__(self) -> None:
        self.began, self.computed = time.perf_counter(), time.thread_time()
        self.stalled = 0.0
        self.waited: float | None = None
        self.same: list[FrameType] = []
        self.spelled: list[str] = []

    def seen(self, frame: FrameType | None) -> None:
        """Takes in a look of the watcher at the loop's thread: the calls that are the same as before hold the loop."""
        calls: list[FrameType] = []
        while frame:
            calls.append(frame)
            frame = frame.f_back
        calls.reverse()
        kept = sum(1 for _ in _common(self.same, calls)) if self.spelled else len(calls)
        self.same, self.spelled = calls[:kept], _spelled(calls)

    def ended(self, thread: int) -> Hold | None:
        """The hold, when this turn of the loop took long enough to be told; time that the machine stood still is left
        out."""
        now = time.perf_counter()
        wall = now - self.began
        if wall < WORTH_TELLING:
            return None
        # the loop's thread may be the first to run after a pause: the looking one is late, and has not said so yet
        self.stalled += max(0.0, now - max(self.began, _watcher.looked) - 2 * LOOK_EVERY)
        queued = _queued(thread) - self.waited if self.waited is not None else 0.0
        seconds = max(time.thread_time() - self.computed, wall - queued - self.stalled)
        kept = len(self.same)
        return Hold(time.time() - wall, seconds, wall, self.spelled[:kept], self.spelled[kept:])


def _common(one: list[FrameType], other: list[FrameType]) -> Iterator[FrameType]:
    for a, b in zip(one, other, strict=False):
        if a is not b:
            return
        yield a


def _spelled(calls: list[FrameType]) -> list[str]:
    return [f"{call.f_code.co_filename}:{call.f_lineno} {call.f_code.co_qualname}" for call in calls]


def _queued(thread: int) -> float:
    """The seconds that a thread has waited for a processor since it began; 0 where the kernel does not tell."""
    try:
        return int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class WatchedSelector(selectors.DefaultSelector):
    """The selector of one loop; `tell` hears of each turn that took long."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self.turn: Turn | None = None
        self.thread, self.native = 0, 0
        _watcher.watch(self)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Ends the loop's turn and begins the next; a hold is told before the wait."""
        turn, self.turn = self.turn, None
        hold = turn.ended(self.native) if turn else None
        if hold and hold.seconds > WORTH_TELLING:
            self._tell(hold)
        try:
            return super().select(timeout)
        finally:
            self.thread, self.native = threading.get_ident(), threading.get_native_id()
            self.turn = Turn()

    def close(self) -> None:
        self.turn = None
        super().close()


class _Watcher:
    """One thread for all loops of a process."""

    def __init__(self) -> None:
        self._watched: weakref.WeakSet[WatchedSelector] = weakref.WeakSet()
        self._started = False
        self.looked = time.perf_counter()

    def watch(self, selector: WatchedSelector) -> None:
        self._watched.add(selector)
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="held", daemon=True).start()

    def _run(self) -> None:
        self.looked = time.perf_counter()
        while True:
            time.sleep(LOOK_EVERY)
            now = time.perf_counter()
            late = max(0.0, now - self.looked - 2 * LOOK_EVERY)
            self.looked = now
            for selector in list(self._watched):
                _look(selector, now, late)


def _look(selector: WatchedSelector, now: float, late: float) -> None:
    turn = selector.turn
    if turn is None or now - turn.began < LOOK_EVERY:
        return
    if turn.waited is None:
        turn.waited = _queued(selector.native)
    turn.stalled += min(late, now - turn.began)
    frame = sys._current_frames().get(selector.thread)
    if selector.turn is turn:
        turn.seen(frame)


_watcher = _Watcher()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """For asyncio.Runner: watched loops where the environment asks for it, and else the usual ones."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return None
    file = Path(folder) / f"{os.getpid()}.jsonl"

    def tell(hold: Hold) -> None:
        with contextlib.suppress(OSError), file.open("a") as lines:  # the tests may be over
            lines.write(json.dumps(asdict(hold)) + "\n")

    return lambda: asyncio.SelectorEventLoop(WatchedSelector(tell))
