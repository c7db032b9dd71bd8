"""What a container's program leaves behind ends with the container, wherever it has gone; nothing else does."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from loopkube.node import orphans, strays
from node_harness import Node, node, state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's child subreapers")
LEAVES = {
    "a session of its own": "setsid sleep {mark} & sleep 60",
    "an empty environment": "setsid env -i /bin/sleep {mark} & sleep 60",
    "nothing open, elsewhere": "(cd / && setsid env -i /bin/sleep {mark} </dev/null >/dev/null 2>&1 &) ; sleep 60",
    "children of children": (
        "setsid env -i /bin/sh -c '(setsid /bin/sleep {mark}; true) & /bin/sleep {mark}; true' & sleep 60"
    ),
    "always new ones": (
        "setsid env -i /bin/sh -c 'while true; do (/bin/sleep {mark} &) ; /bin/sleep 0.02; done' & sleep 60"
    ),
}
SLOW = "60.{number:06}"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Node]:
    """In a process that is a child subreaper, as the cluster's own is."""
    orphans.adopt()
    try:
        async with node(tmp_path) as found:
            yield found
    finally:
        orphans.adopt(False)


def alive(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if words[:1] in (["sleep"], ["/bin/sleep"]) and mark in words:
            found.append(process)
    return found


async def begins(mark: str) -> None:
    async with asyncio.timeout(10):
        while not alive(mark):
            await asyncio.sleep(0.05)


async def ends(mark: str) -> None:
    async with asyncio.timeout(10):
        while alive(mark):
            await asyncio.sleep(0.05)


def zombies() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", range(len(LEAVES)), ids=LEAVES)
async def test_processes_end_with_their_pod(one: Node, number: int) -> None:
    mark = SLOW.format(number=number)
    script = list(LEAVES.values())[number].format(mark=mark)
    await one.run("web", {"command": ["sh", "-c", script]})
    await begins(mark)
    await one.delete("web", grace=0)
    await ends(mark)
    await asyncio.sleep(0.1)
    assert alive(mark) == zombies() == []


async def test_processes_end_with_their_container(one: Node) -> None:
    mark = SLOW.format(number=100)
    script = f"setsid env -i /bin/sleep {mark} & sleep 0.5"
    await one.run("web", {"command": ["sh", "-c", script]}, restartPolicy="Never")
    await begins(mark)
    await one.pod("web", lambda pod: "terminated" in state(pod))
    assert alive(mark) == []


async def test_what_another_container_has_started_runs_on(one: Node) -> None:
    marks = {name: SLOW.format(number=200 + index) for index, name in enumerate(("one", "two"))}
    for name, mark in marks.items():
        await one.run(name, {"command": ["sh", "-c", f"(setsid env -i /bin/sleep {mark} &) ; sleep 60"]})
        await begins(mark)
    stranger = subprocess.Popen(["sh", "-c", f"(setsid /bin/sleep {SLOW.format(number=300)} &) ; true"])
    stranger.wait()
    await begins(SLOW.format(number=300))
    await one.delete("one", grace=0)
    await ends(marks["one"])
    assert len(alive(marks["two"])) == len(alive(SLOW.format(number=300))) == 1
    for process in alive(SLOW.format(number=300)):
        process.kill()
        process.wait()
    await one.delete("two", grace=0)


async def test_what_has_ended_is_waited_for(one: Node) -> None:
    await one.run("web", {"command": ["sh", "-c", "(setsid env -i /bin/true &) ; (setsid sleep 0.2 &) ; sleep 60"]})
    await one.ready("web")
    await asyncio.sleep(1)
    assert zombies() == []
    await one.delete("web", grace=0)


def test_processes_of_a_killed_cluster_are_known_by_their_number(tmp_path: Path) -> None:
    def started(place: Path) -> subprocess.Popen:
        tag = strays.first_tag(place) + 7

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_RSS, (tag, tag))

        return subprocess.Popen(["sleep", "60"], env={}, start_new_session=True, preexec_fn=limit)

    ours, others = started(tmp_path), started(tmp_path / "other")
    assert strays.end_strays(tmp_path) == [ours.pid]
    assert ours.wait(5) == -9 and others.poll() is None
    others.kill()
    others.wait()


def test_no_limit_of_a_person_is_a_number() -> None:
    assert not any(strays.is_tag(limit) for limit in (0, 2**20, 2**40, 2**61, resource.RLIM_INFINITY, 2**64 - 1))
    assert strays.tag_of(0) in (resource.getrlimit(resource.RLIMIT_RSS)[1], 0)
