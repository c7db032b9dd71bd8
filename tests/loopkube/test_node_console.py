"""The standard streams of containers: `stdin`, `stdinOnce` and `tty`, and those who are attached to them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loopkube.node import console
from loopkube.shared.links import LogOptions, Session
from loopkube.shared.status import ApiError
from node_harness import Node, ended, node, state

CAT = ["python", "-u", "-c", "import sys\nfor line in sys.stdin: print(line.strip().upper())\nprint('end')"]


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Node]:
    async with node(tmp_path) as found:
        yield found


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def attach(one: Node, name: str, *, stdin: bool = True) -> Session:
    return await one.agent.attach(await one.client.get("pods", name, "default"), "app", stdin=stdin)


async def until(session: Session, wanted: bytes) -> bytes:
    """What is written until `wanted` is among it."""
    seen = b""
    async with asyncio.timeout(10):
        async for _, data in session.output():
            seen += data
            if wanted in seen:
                return seen
    raise AssertionError(seen)


async def everything(session: Session) -> bytes:
    async with asyncio.timeout(10):
        return b"".join([data async for _, data in session.output()])


async def running(one: Node, name: str) -> dict:
    return await one.pod(name, lambda pod: "running" in state(pod))


async def test_input_once_ends_with_who_gave_it(one: Node) -> None:
    await one.run("cat", {"command": CAT, "stdin": True, "stdinOnce": True}, restartPolicy="Never")
    await running(one, "cat")
    session = await attach(one, "cat")
    await session.write(b"hello\n")
    assert await until(session, b"HELLO\n") == b"HELLO\n"
    await session.close_stdin()
    assert await everything(session) == b"end\n"
    await session.kill()
    await one.pod("cat", ended)
    assert await one.logs("cat") == "HELLO\nend\n"


async def test_input_stays_open_for_the_next(one: Node) -> None:
    await one.run("cat", {"command": CAT, "stdin": True}, restartPolicy="Never")
    await running(one, "cat")
    first = await attach(one, "cat")
    await first.write(b"one\n")
    await until(first, b"ONE\n")
    await first.close_stdin()
    await first.kill()
    second, onlooker = await attach(one, "cat"), await attach(one, "cat", stdin=False)
    await onlooker.write(b"not taken\n")
    await second.write(b"two\n")
    assert await until(second, b"TWO\n") == await until(onlooker, b"TWO\n") == b"TWO\n"
    await onlooker.kill()
    await second.kill()
    assert "running" in state(await one.client.get("pods", "cat", "default"))
    await one.delete("cat", grace=0)


async def test_without_stdin_there_is_nothing_to_read(one: Node) -> None:
    await one.run("cat", {"command": CAT}, restartPolicy="Never")
    await one.pod("cat", ended)
    assert await one.logs("cat") == "end\n"


async def test_the_first_to_attach_sees_what_was_written_before(one: Node) -> None:
    early = ["python", "-u", "-c", "print('early')\nimport sys; sys.stdin.read()"]
    await one.run("early", {"command": early, "stdin": True, "stdinOnce": True}, restartPolicy="Never")
    pod = await running(one, "early")
    async for piece in one.agent.logs(pod, "app", LogOptions(follow=True)):
        assert piece == b"early\n"
        break
    session = await attach(one, "early")
    assert await until(session, b"early\n") == b"early\n"
    await session.kill()
    await one.pod("early", ended)


async def test_a_program_that_has_ended_is_not_there(one: Node) -> None:
    await one.run("over", {"command": ["python", "-c", ""]}, restartPolicy="Never")
    await one.pod("over", ended)
    with pytest.raises(ApiError, match="unable to upgrade connection: container app not found in pod over_default"):
        await attach(one, "over")


async def test_a_terminal_with_its_size(one: Node) -> None:
    asks = "import os, sys\nprint(sys.stdin.isatty(), os.environ['TERM'])\ninput()\nprint(os.get_terminal_size())"
    spec = {"command": ["python", "-u", "-c", asks], "stdin": True, "tty": True}
    await one.run("tty", spec, restartPolicy="Never")
    await running(one, "tty")
    session = await attach(one, "tty")
    assert b"True xterm\r\n" in await until(session, b"xterm\r\n")
    await session.resize(132, 43)
    await session.write(b"\n")
    assert b"columns=132, lines=43" in await everything(session)
    await session.kill()
    await one.pod("tty", ended)


async def test_who_does_not_read_is_let_go(one: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "UNREAD", 1000)
    writes = ["python", "-u", "-c", "import sys\nfor line in sys.stdin: print('x' * 600)"]
    await one.run("writes", {"command": writes, "stdin": True})
    await running(one, "writes")
    slow, quick = await attach(one, "writes"), await attach(one, "writes")
    for _ in range(4):
        await quick.write(b"\n")
        await until(quick, b"\n")
    assert len(await everything(slow)) <= 1000
    await quick.kill()
    await one.delete("writes", grace=0)


async def test_sessions_that_are_ended_at_once_close_what_they_opened(one: Node) -> None:
    """A task that is cancelled before its first step runs none of its code."""
    pod = await one.run("busy", {"command": CAT, "stdin": True, "tty": True})
    pod = await running(one, "busy")
    sleep = ["python", "-c", "import time; time.sleep(60)"]

    async def some(count: int) -> None:
        for number in range(count):
            session = await one.agent.exec(pod, "app", sleep, stdin=True, tty=bool(number % 2))
            await session.kill()
            await session.wait()
            await (await attach(one, "busy")).kill()

    await some(2)
    await asyncio.sleep(0.1)
    before = descriptors()
    await some(10)
    await asyncio.sleep(0.1)
    assert descriptors() == before
    await one.delete("busy", grace=0)
