"""The work queue and the loop: one call per key at a time, changes coalesced, failures tried again."""

import asyncio

import pytest
from held_clock import HeldClock, settle
from loopkube.client.informer import Informers
from loopkube.controllers.loop import LAST_RETRY, Controller, WorkQueue
from loopkube.controllers.writes import PATIENCE, Writes
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError


class Recording(Controller):
    """Notes each call; `answer` may raise or wait."""

    workers = 3

    def __init__(self, clock: HeldClock) -> None:
        super().__init__(None, Informers(None, clock), clock)
        self.calls, self.running, self.together, self.answers = [], set(), False, []
        self.gate = asyncio.Event()
        self.gate.set()

    async def reconcile(self, key) -> None:
        self.calls.append(key)
        self.together = self.together or key in self.running
        self.running.add(key)
        try:
            await self.gate.wait()
            if self.answers and (error := self.answers.pop(0)):
                raise error
        finally:
            self.running.discard(key)


@pytest.fixture
async def controller():
    made = Recording(HeldClock())
    await made.start()
    await made.start()
    await made.ready()
    yield made
    await made.stop()
    await made.stop()


async def test_a_key_added_many_times_is_worked_on_once(controller):
    for _ in range(5):
        controller.queue.add("a")
    await settle()
    assert controller.calls == ["a"]


async def test_a_key_that_changes_while_worked_on_is_worked_on_again_but_never_twice_at_once(controller):
    controller.gate.clear()
    controller.queue.add("a")
    await settle()
    for _ in range(3):
        controller.queue.add("a")
    await settle()
    assert controller.calls == ["a"]
    controller.gate.set()
    await settle()
    assert controller.calls == ["a", "a"]
    assert not controller.together
    assert controller.queue.idle


async def test_a_key_that_is_postponed_waits_for_a_pause(controller):
    for _ in range(3):
        controller.queue.postpone("a", 0.03)
        await controller.clock.advance(0.02)
    assert controller.calls == []
    await controller.clock.advance(0.02)
    assert controller.calls == ["a"]


async def test_different_keys_run_side_by_side(controller):
    controller.gate.clear()
    for key in "abc":
        controller.queue.add(key)
    await settle()
    assert controller.running == {"a", "b", "c"}
    controller.gate.set()


@pytest.mark.parametrize("error", [ApiError(409, "Conflict", "changed"), ConnectionError(), ValueError("a fault")])
async def test_a_failure_is_tried_again_ever_later(controller, error):
    controller.answers = [error, error, None]
    controller.queue.add("a")
    await settle()
    assert len(controller.calls) == 1
    await controller.clock.advance(0.0051)
    assert len(controller.calls) == 2
    await controller.clock.advance(0.0051)
    assert len(controller.calls) == 2
    await controller.clock.advance(0.0051)
    assert len(controller.calls) == 3


async def test_success_makes_the_next_failure_a_first_one(controller):
    error = ApiError(500, "InternalError", "")
    controller.answers = [error, None, error, None]
    controller.queue.add("a")
    await controller.clock.advance(0.006)
    controller.queue.add("a")
    await controller.clock.advance(0.006)
    assert len(controller.calls) == 4


async def test_of_two_times_the_earlier_counts():
    clock = HeldClock()
    queue = WorkQueue(clock)
    queue.add_after("a", 10)
    queue.add_after("a", 2)
    queue.add_after("a", 5)
    await clock.advance(2.5)
    assert await queue.take() == "a"
    queue.done("a")
    await clock.advance(20)
    assert queue.idle
    queue.stop()


async def test_pauses_have_an_end():
    clock = HeldClock()
    queue = WorkQueue(clock)
    for _ in range(40):
        queue.retry("a")
        await clock.advance(LAST_RETRY + 1)
        assert await queue.take() == "a"
        queue.done("a")
    queue.stop()


class FakeInformer:
    def __init__(self) -> None:
        self.version, self.items = 0, {}


def obj(name: str, uid: str, version: int = 0, **metadata: str) -> dict:
    return {"metadata": {"name": name, "namespace": "n", "uid": uid, "resourceVersion": str(version)} | metadata}


def test_own_writes_count_as_unseen_until_the_informer_has_come_so_far():
    informer, clock = FakeInformer(), HeldClock()
    writes = Writes(informer, clock)
    assert writes.visible("key")
    writes.wrote("key", obj("a", "1", 12))
    writes.wrote("key", obj("b", "2", 14))
    informer.version = 13
    assert not writes.visible("key")
    assert writes.visible("other")
    informer.version = 14
    assert writes.visible("key")


def test_a_deletion_is_seen_when_the_object_is_gone_or_on_its_way_or_another():
    informer, clock = FakeInformer(), HeldClock()
    for shown in (None, obj("a", "1", deletionTimestamp="now"), obj("a", "2")):
        writes = Writes(informer, clock)
        informer.items["n", "a"] = obj("a", "1")
        writes.deleted("key", obj("a", "1"))
        assert not writes.visible("key")
        informer.items.pop(("n", "a"))
        if shown:
            informer.items["n", "a"] = shown
        assert writes.visible("key")


async def test_a_write_that_never_shows_is_given_up():
    informer, clock = FakeInformer(), HeldClock()
    writes = Writes(informer, clock)
    writes.wrote("key", obj("a", "1", 12))
    await clock.advance(PATIENCE + 1)
    assert writes.visible("key")


async def test_a_queue_that_is_never_empty_leaves_everybody_their_turn():
    queue, taken = WorkQueue(Clock()), 0

    async def work() -> None:
        nonlocal taken
        while True:
            key = await queue.take()
            taken += 1
            queue.add(key)
            queue.done(key)

    queue.add("a")
    worker = asyncio.create_task(work())
    for _ in range(10):
        await asyncio.sleep(0)
    worker.cancel()
    assert 0 < taken <= 10
