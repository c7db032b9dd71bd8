"""What a container's hooks do, after its start and before its end, with real processes."""

import asyncio
import time

from held_clock import HeldClock
from loopkube.node import hooks
from loopkube.node.probes import Target
from node_harness import Node, reasons

SLEEP = {"command": ["sleep", "300"]}


async def test_hooks_run_and_a_failing_one_is_reported(here: Node) -> None:
    lifecycle = {
        "postStart": {"exec": {"command": ["sh", "-c", "echo after >> /dev/termination-log"]}},
        "preStop": {"exec": {"command": ["sh", "-c", "exit 3"]}},
    }
    await here.run("web", SLEEP | {"lifecycle": lifecycle})
    await here.ready("web")
    await here.delete("web")
    failed = [message for _, reason, message in await here.events("web") if reason == "FailedPreStopHook"]
    assert len(failed) == 1 and "exited with 3" in failed[0]


async def test_hooks_that_sleep(here: Node) -> None:
    """A Pod is ready after its postStart, and goes as soon as its program has ended, however long preStop sleeps."""
    wait = ["sh", "-c", 'until [ -e "$0" ]; do sleep 0.02; done', str(here.place / "end")]
    lifecycle = {"postStart": {"sleep": {"seconds": 1}}, "preStop": {"sleep": {"seconds": 20}}}
    began = time.monotonic()
    await here.run("web", {"command": wait, "lifecycle": lifecycle}, terminationGracePeriodSeconds=30)
    await here.ready("web")
    assert time.monotonic() - began >= 1
    await here.client.delete("pods", "web", "default")
    async with asyncio.timeout(5):
        while "Killing" not in reasons(await here.events("web")):
            await asyncio.sleep(0.01)
    (here.place / "end").touch()
    await here.delete("web")
    assert "FailedPreStopHook" not in reasons(await here.events("web"))


async def test_a_hook_that_sleeps_takes_its_seconds() -> None:
    clock = HeldClock()
    sleeping = asyncio.create_task(hooks.run({"sleep": {"seconds": 5}}, Target("127.0.0.1", "", {}, None), clock))
    await clock.advance(4.9)
    assert not sleeping.done()
    await clock.advance(0.1)
    assert await sleeping == ""
