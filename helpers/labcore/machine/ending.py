"""Ctrl-C, `kill` and a closed terminal: the first asks a command to end, the second ends it at once with its children.

The first one raises KeyboardInterrupt in the main thread, so that every `finally` on the way does its part. Light to
import: each command begins here.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SHELLS = 128
"""A shell's exit code for a program that a signal ended is this, and the signal's number."""


class _State:
    """What was heard so far; one process has one."""

    heard = 0
    postponed = False
    last_words = ""
    terminals: tuple[int, ...] = ()


_state = _State()


@contextmanager
def answered() -> Iterator[None]:
    """Answer the signals meanwhile; one that this process was told to ignore (`nohup`, `&`) stays ignored."""
    _state.heard, _state.last_words = 0, ""
    _state.terminals = tuple(stream for stream in (1, 2) if os.isatty(stream))
    before = {sign: signal.getsignal(sign) for sign in SIGNALS}
    try:
        for sign, handler in before.items():
            if handler != signal.SIG_IGN:
                signal.signal(sign, _hear)
    except ValueError:  # not the main thread: somebody else answers
        before = {}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@contextmanager
def postponed() -> Iterator[None]:
    """What happens here is done to its end; a first Ctrl-C is answered after it."""
    _state.postponed, before = True, _state.heard
    try:
        yield
    finally:
        _state.postponed = False
    # one that was heard before this block is being answered already
    if _state.heard and not before:
        raise KeyboardInterrupt


def last_words(sentence: str) -> None:
    """What a person has to know if a second Ctrl-C ends all this at once."""
    _state.last_words = sentence


def exit_code() -> int:
    """128 and the signal's number, as a shell tells it."""
    return SHELLS + (_state.heard or signal.SIGINT)


def _hear(sign: int, frame: FrameType | None) -> None:
    if _state.heard:
        _end_at_once()
    _state.heard = sign
    if sign == signal.SIGHUP:
        _leave_terminals()
    if not _state.postponed:
        raise KeyboardInterrupt


def _leave_terminals() -> None:
    """A terminal that was closed takes no words any more: writing to it would be the next error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in _state.terminals:
        os.dup2(nowhere, stream)


def _end_at_once() -> None:
    from labcore.machine.descendants import kill

    with suppress(Exception):
        kill()
    with suppress(OSError, ValueError):
        if _state.last_words:
            print(f"\n{_state.last_words}", file=sys.stderr, flush=True)
    # not sys.exit: a `finally` that takes too long is why somebody asks twice
    os._exit(exit_code())
