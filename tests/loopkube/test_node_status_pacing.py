"""Writes of one node: the first at once, those that come meanwhile together."""

import asyncio

from held_clock import HeldClock, settle
from loopkube.node.status_pacing import RECONCILER, SECONDS, Turns


async def _write(turns: Turns, name: str, done: list[str]) -> None:
    await turns.mine()
    done.append(name)


async def test_the_first_goes_at_once_and_the_rest_together_after_it() -> None:
    clock, done = HeldClock(), []
    turns = Turns(clock)
    tasks = [asyncio.create_task(_write(turns, name, done)) for name in ("one", "two", "three")]
    await settle()
    assert done == ["one"]
    await clock.advance(SECONDS)
    assert done == ["one", "two", "three"]
    tasks.append(asyncio.create_task(_write(turns, "four", done)))
    await settle()
    assert done[3:] == []
    await clock.advance(1.1 * SECONDS)
    assert done[3:] == ["four"]
    await asyncio.gather(*tasks)


async def test_after_a_pause_nobody_waits() -> None:
    clock, done = HeldClock(), []
    turns = Turns(clock)
    await _write(turns, "one", done)
    await clock.advance(2 * SECONDS)
    await _write(turns, "two", done)
    assert done == ["one", "two"]


async def test_pods_that_ended_together_are_let_go_together() -> None:
    clock, done = HeldClock(), []
    turns = Turns(clock)

    async def end(name: str) -> None:
        await turns.unmounting()
        done.append(name)

    first = asyncio.create_task(end("one"))
    await clock.advance(RECONCILER / 2)
    second = asyncio.create_task(end("two"))
    await settle()
    assert done == []
    await clock.advance(RECONCILER / 2)
    assert done == ["one", "two"]
    await asyncio.gather(first, second)
