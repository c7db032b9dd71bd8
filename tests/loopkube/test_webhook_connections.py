"""Connections to webhooks: kept, and closed when they are no longer those that a configuration names."""

import asyncio
import ssl
from collections.abc import Callable

import webhook_program as program
from loopkube.api import trust
from loopkube.api.webhooks import connections
from loopkube.api.webhooks.connections import Connections
from served import Served
from webhook_calls import MAPS, configure, judging
from webhook_program import PATHS, webhook

HOOKS = f"{PATHS['Validating']}/hooks"
TOGETHER = 20
PATCH = {"Content-Type": "application/json-patch+json"}


async def write(served: Served, name: str) -> int:
    return (await served.call("POST", MAPS, {"metadata": {"name": name}})).status


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def test_one_connection_serves_many_requests(served: Served) -> None:
    async with judging(served, program.allow, "configmaps") as hook:
        assert [await write(served, name) for name in "abc"] == [201, 201, 201]
    assert (len(hook.asked), len(hook.connections)) == (3, 1)


async def test_it_is_closed_when_the_webhook_is_configured_no_longer(served: Served) -> None:
    async with judging(served, program.allow, "configmaps") as hook:
        await write(served, "a")
        assert not hook.connections[0].is_closing()
        await served.call("DELETE", HOOKS)
        await until(lambda: hook.connections[0].is_closing())
    assert not served.api.caller.connections


async def test_another_authority_is_asked_for_anew(served: Served) -> None:
    async with judging(served, program.allow, "configmaps"):
        await write(served, "a")
        stranger = [
            {"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": program.bundle("127.0.0.9")}
        ]
        assert (await served.call("PATCH", HOOKS, stranger, headers=PATCH)).status == 200
        refused = await served.call("POST", MAPS, {"metadata": {"name": "b"}})
    assert refused.body["message"].endswith("x509: certificate signed by unknown authority")


async def test_a_request_under_way_keeps_its_connection(served: Served) -> None:
    going = asyncio.Event()

    async def late(request: dict) -> dict:
        going.set()
        await asyncio.sleep(0.1)
        return {"allowed": True}

    async with judging(served, late, "configmaps") as hook:
        writing = asyncio.create_task(write(served, "a"))
        await going.wait()
        (kept,) = served.api.caller.connections._webhooks.values()  # or the garbage collector would close it
        await served.call("DELETE", HOOKS)
        assert await writing == 201
        await until(lambda: kept.session.closed and hook.connections[0].is_closing())


async def test_a_connection_that_the_webhook_has_closed_is_opened_again(served: Served) -> None:
    async with judging(served, program.allow, "configmaps") as hook:
        for name in "abc":
            assert await write(served, name) == 201
            hook.connections[-1].abort()
    assert len(hook.connections) == 3


async def test_a_webhook_that_hangs_up_is_asked_once_more_only_on_a_kept_connection(served: Served) -> None:
    async with judging(served, program.allow, "configmaps") as hook:
        assert await write(served, "a") == 201

        def hang_up(request: dict) -> dict:
            hook.connections[-1].abort()
            return {"allowed": True}

        hook.answer = hang_up
        refused = await served.call("POST", MAPS, {"metadata": {"name": "b"}})
        assert (refused.status, len(hook.asked)) == (500, 3)
        await served.call("POST", MAPS, {"metadata": {"name": "c"}})
        assert len(hook.asked) == 4
    assert refused.body["message"].endswith(": EOF")


async def test_connections_to_a_bounded_number_of_webhooks_are_kept() -> None:
    kept = Connections()
    for number in range(connections.KEPT + 5):
        async with kept.to({"url": f"https://127.0.0.1:{number}/", "caBundle": program.bundle()}):
            pass
    assert len(kept) == connections.KEPT
    await kept.close()
    assert not kept


async def test_an_authority_is_read_once() -> None:
    read: list[str] = []

    def context(bundle: str) -> ssl.SSLContext:
        read.append(bundle)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    contexts = trust.Contexts(context)
    first = await contexts.of("a")
    assert await contexts.of("a") is first and read == ["a"]
    for number in range(trust.KEPT):
        await contexts.of(f"{number}")
    assert await contexts.of("a") is not first
    assert len(contexts) == trust.KEPT


class Slow:
    """A webhook that answers nobody before `TOGETHER` have asked."""

    def __init__(self) -> None:
        self._asked, self._all = 0, asyncio.Event()

    async def __call__(self, request: dict) -> dict:
        self._asked += 1
        if self._asked == TOGETHER:
            self._all.set()
        await self._all.wait()
        return {"allowed": True}


async def test_twenty_writes_wait_for_a_slow_webhook_together(served: Served) -> None:
    """With a connection each; `held_loops` measures how long their handshakes hold the loop."""
    async with judging(served, Slow(), "configmaps", timeoutSeconds=30) as hook:
        assert await asyncio.gather(*(write(served, f"a-{number}") for number in range(TOGETHER))) == [201] * TOGETHER
    assert len(hook.connections) == TOGETHER


async def test_twenty_slow_webhooks_are_waited_for_together(served: Served) -> None:
    async with program.running(Slow()) as hook:
        judges = [
            webhook(hook.client(f"/{number}"), "configmaps", name=f"judge-{number}.example.com", timeoutSeconds=30)
            for number in range(TOGETHER)
        ]
        await configure(served, *judges)
        assert await write(served, "a") == 201
    assert len(hook.connections) == TOGETHER
