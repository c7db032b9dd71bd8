"""Containers that cannot be made or started: a reason, an event, another try later; never a Pod that fails at once."""

import contextlib
import os
import resource
from pathlib import Path

import pytest
from node_harness import node, state, waiting

SLEEPS = ["python", "-c", "import time; time.sleep(60)"]
STARTS_NOT = {
    "a NUL in the environment": ({"command": SLEEPS, "env": [{"name": "A", "value": "a\0b"}]}, "invalid argument"),
    "a NUL in an argument": ({"command": [*SLEEPS, "a\0b"]}, "invalid argument"),
    "a NUL in the program's name": ({"command": ["pyt\0hon"]}, "executable file not found in $PATH"),
    "a long argument": ({"command": [*SLEEPS, "x" * 200_000]}, "argument list too long"),
    "a long name of a program": ({"command": ["/" + "x" * 300]}, "file name too long"),
}


@pytest.mark.parametrize(("container", "why"), STARTS_NOT.values(), ids=STARTS_NOT)
async def test_a_program_that_cannot_be_started_is_tried_later(tmp_path: Path, container: dict, why: str) -> None:
    async with node(tmp_path) as one:
        await one.run("bad", container)
        pod = await one.pod("bad", lambda pod: waiting(pod) == "CrashLoopBackOff")
        status = pod["status"]["containerStatuses"][0]
        last = status["lastState"]["terminated"]
        assert (last["exitCode"], last["reason"]) == (128, "StartError") and why in last["message"]
        assert status["restartCount"] == 1 and pod["status"]["phase"] == "Running"
        assert any(reason == "Failed" and why in message for _, reason, message in await one.events("bad"))
        await one.delete("bad")


async def test_a_container_that_cannot_be_made_waits(tmp_path: Path) -> None:
    async with node(tmp_path) as one:
        await one.run("bad", {"command": SLEEPS, "workingDir": "/" + "x" * 300})
        pod = await one.pod("bad", lambda pod: waiting(pod) == "CreateContainerError")
        assert state(pod)["waiting"]["message"] == "file name too long" and pod["status"]["phase"] == "Pending"
        assert ("Warning", "Failed", "Error: file name too long") in await one.events("bad")
        await one.delete("bad")


async def test_a_fault_of_ours_does_not_end_the_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object) -> None:
        raise RuntimeError("Something of ours")

    async with node(tmp_path) as one:
        monkeypatch.setattr("loopkube.node.commands.Commands.clear_termination_message", fails)
        await one.run("bad", {"command": SLEEPS})
        pod = await one.pod("bad", lambda pod: waiting(pod) == "RunContainerError")
        assert state(pod)["waiting"]["message"] == "something of ours" and pod["status"]["phase"] == "Pending"
        await one.delete("bad")


@pytest.mark.long
async def test_too_many_open_files(tmp_path: Path) -> None:
    """The node goes on, and starts the container when there is room again."""
    async with node(tmp_path) as one:
        await one.run("first", {"command": SLEEPS})
        await one.ready("first")
        limits, held = resource.getrlimit(resource.RLIMIT_NOFILE), []
        used = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 8, limits[1]))
        try:
            with contextlib.suppress(OSError):
                while True:
                    held.append(os.open("/dev/null", os.O_RDONLY))
            os.close(held.pop())
            await one.run("second", {"command": SLEEPS})
            pod = await one.pod("second", lambda pod: waiting(pod) not in ("", "ContainerCreating"))
            assert waiting(pod) in ("CrashLoopBackOff", "RunContainerError", "CreateContainerError")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            for descriptor in held:
                os.close(descriptor)
        await one.pod("second", lambda pod: "running" in state(pod), 20)
        for name in ("first", "second"):
            await one.delete(name, grace=0)
