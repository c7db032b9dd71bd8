"""Waiting: the crash back-off, and waits that can be cut short."""

import asyncio

from held_clock import HeldClock, settle
from loopkube.node.backoff import Backoff
from loopkube.node.waiting import Waker


async def test_the_first_restart_is_at_once_then_the_waits_double_to_five_minutes() -> None:
    clock, waits, texts = HeldClock(), [], []
    backoff = Backoff(clock)
    for _ in range(8):
        backoff.ended()
        waits.append(backoff.delay())
        texts.append(backoff.text)
        await clock.advance(backoff.delay())
        backoff.next()
    assert waits == [0, 10, 20, 40, 80, 160, 300, 300]
    assert texts[1:] == ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"]


async def test_a_long_run_is_forgiven() -> None:
    clock = HeldClock()
    backoff = Backoff(clock)
    backoff.ended()
    backoff.next()
    await clock.advance(601)
    backoff.ended()
    assert backoff.delay() == 0


async def test_a_pause_can_be_cut_short() -> None:
    clock = HeldClock()
    waker = Waker(clock)
    waker.wake()
    pause = asyncio.ensure_future(waker.pause(10))
    await settle()
    assert not pause.done()  # the wake came before the pause
    waker.wake()
    assert await pause
    pause = asyncio.ensure_future(waker.pause(10))
    await clock.advance(10)
    assert not await pause


async def test_a_keeping_waker_misses_nothing() -> None:
    waker = Waker(HeldClock(), keep=True)
    waker.wake()
    assert await waker.pause(10)
