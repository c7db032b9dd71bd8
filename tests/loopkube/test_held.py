"""How long a loop was held, and by what; and that a run of tests fails of it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import held_loops
import pytest
from loopkube.shared import held
from loopkube.shared.held import Hold, WatchedSelector

TESTS = Path(held_loops.__file__).parent
MODULES = os.pathsep.join([str(TESTS), str(TESTS / "shared")])
"""As pytest finds them by pyproject.toml."""


def holds(work) -> list[Hold]:
    """What is told of a loop that does this work, and then something short."""
    told: list[Hold] = []
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(WatchedSelector(told.append))) as runner:

        async def all_of_it() -> None:
            await asyncio.sleep(0)
            work()
            await asyncio.sleep(0.3)

        runner.run(all_of_it())
    return told


def wait_for_a_disk() -> None:
    time.sleep(0.4)


def compute() -> None:
    end = time.thread_time() + 0.4
    while time.thread_time() < end:
        sum(range(1000))


def test_what_blocks_a_loop_is_told() -> None:
    (hold,) = holds(wait_for_a_disk)
    assert 0.3 < hold.seconds <= hold.wall
    assert hold.stack[-1].endswith(" wait_for_a_disk") and hold.inner == []


def test_what_computes_is_told() -> None:
    (hold,) = holds(compute)
    assert hold.seconds > 0.35
    assert hold.stack[-1].endswith(" compute")


def test_many_calls_are_told_of_the_one_that_makes_them() -> None:
    def both() -> None:
        wait_for_a_disk()
        compute()

    (hold,) = holds(both)
    assert hold.stack[-1].endswith(".both") and hold.inner[0].endswith(" compute")


def test_what_waits_for_events_holds_nothing() -> None:
    assert holds(lambda: None) == []


def test_a_pause_counts_for_nothing_though_the_loop_is_the_first_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that looks has not run since, and could not say that it is late."""
    turn = held.Turn()
    turn.began -= 75
    monkeypatch.setattr(held._watcher, "looked", turn.began)
    hold = turn.ended(0)
    assert hold is not None and hold.wall > 74 and hold.seconds < held_loops.BOUND
    monkeypatch.setattr(held._watcher, "looked", turn.began + 75)
    turn.stalled = 0.0
    hold = turn.ended(0)
    assert hold is not None and hold.seconds > 74  # it looked all the time: the loop was held


def test_a_paused_process_holds_nothing() -> None:
    """Of the second that it is stopped nothing counts."""
    code = """
import os, signal, subprocess, sys, time
sys.path.insert(0, os.environ["HERE"])
from test_held import holds
waker = subprocess.Popen(["sh", "-c", f"read go; sleep 1; kill -CONT {os.getpid()}"], stdin=subprocess.PIPE)
def pause():
    os.write(waker.stdin.fileno(), b"go\\n")
    end = time.thread_time() + 0.12
    while time.thread_time() < end:
        pass
    os.kill(os.getpid(), signal.SIGSTOP)
    while time.thread_time() < end + 0.03:
        pass
(hold,) = holds(pause)
assert hold.wall - hold.seconds > 0.6, hold
"""
    here = Path(__file__).parent
    env = os.environ | {"HERE": str(here), "PYTHONPATH": MODULES}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=30)
    assert signal.getsignal(signal.SIGCONT) == signal.SIG_DFL


def run_of_tests(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess:
    """pytest, with this project's watch, in a folder of its own."""
    (folder / "conftest.py").write_text(
        "from held_loops import HeldLoops\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(HeldLoops(config))\n"
    )
    (folder / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    env = os.environ | {"PYTHONPATH": MODULES}
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=60)


HELD = """
import asyncio, time
import held_loops
import pytest
exec(compile("def dawdle(): time.sleep({seconds})", held_loops.HELPERS / "loopkube" / "made_up.py", "exec"))
def test_one():
    async def main():
        await asyncio.sleep(0)
        dawdle()
        await asyncio.sleep(0)
    asyncio.run(main())
"""


@pytest.mark.long
def test_a_run_fails_of_a_hold_over_the_bound(tmp_path: Path) -> None:
    done = run_of_tests(tmp_path, HELD.format(seconds=0.6))
    assert done.returncode == 1 and "1 passed" in done.stdout
    assert "1 over 0.25 s: the run fails" in done.stdout
    assert "in test_it.py::test_one" in done.stdout and "loopkube/made_up.py:1 dawdle" in done.stdout


@pytest.mark.long
def test_a_run_with_workers_fails_of_it_as_well(tmp_path: Path) -> None:
    done = run_of_tests(tmp_path, HELD.format(seconds=0.6), "-n", "2")
    assert done.returncode == 1 and "1 passed" in done.stdout
    assert "in test_it.py::test_one" in done.stdout


def test_a_shorter_hold_is_named_and_passes(tmp_path: Path) -> None:
    done = run_of_tests(tmp_path, HELD.format(seconds=0.14))
    assert done.returncode == 0
    assert "loopkube/made_up.py:1 dawdle" in done.stdout


def test_what_the_tests_do_themselves_is_not_the_clusters() -> None:
    own, clusters = (
        f"{TESTS}/loopkube/test_x.py:3 test_x",
        f"{held_loops.HELPERS}/loopkube/api/store/store.py:9 Store.create",
    )
    assert not held_loops._is_the_clusters({"stack": [own], "inner": []})
    assert held_loops._is_the_clusters({"stack": [own, clusters], "inner": []})
    assert not held_loops._is_the_clusters({"stack": [], "inner": []})
    assert held_loops._is_the_clusters({"stack": [], "inner": [clusters]})
