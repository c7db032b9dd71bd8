"""The run fails when the event loop of a cluster was held for longer than `BOUND`; the summary names the longest hold.

Watched are all loops of the test processes and, with LOOPKUBE_HELD in the environment, those of the clusters that tests
start as processes. `loopkube.shared.held` says what is measured.
"""

import contextlib
import gc
import json
import os
import selectors
import sysconfig
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest
from loopkube.shared import held
from loopkube.shared.held import Hold
from own_folder import own_folder

BOUND = 0.25
"""Seconds."""

EXCEPTIONS = {
    "loopkube/process/serve.py _load": "a cluster's process imports its parts before there is an API",
    "loopkube/api/bootstrap.py install": "what every cluster has is made before anybody is told where the API is",
}
"""A function, or a file of tests, that may hold a loop for up to `MOST`, and why."""

MOST = 3.0
"""Seconds."""

HELPERS = Path(held.__file__).parents[2]
TESTS = Path(__file__).parent
STDLIB = f"{sysconfig.get_path('stdlib')}/"


class HeldLoops:
    """A plugin: `told` are (Hold, test) of the whole run, those of other workers included."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        lasting = contextlib.ExitStack()
        config.add_cleanup(lasting.close)
        self._folder = lasting.enter_context(own_folder("held-loops-"))
        self._folder.chmod(0o1777)  # clusters of other users write there, too
        self._began: list[tuple[float, str]] = []
        self._own: list[Hold] = []
        self._told: list[tuple[dict, str]] = []
        os.environ[held.VARIABLE] = str(self._folder)
        self._usual = selectors.DefaultSelector
        selectors.DefaultSelector = partial(held.WatchedSelector, self._own.append)

    def pytest_collection_finish(self) -> None:
        """What was loaded and collected until now is not looked through again and again, as in a cluster's process."""
        gc.collect()
        gc.freeze()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._began.append((time.time(), nodeid))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._gather()
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["held"] = self._told
            return
        over = len(self._over())
        if over:
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
        if cache := getattr(self._config, "cache", None):
            cache.set("held-loops/over", over)  # for .ci/run

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node) -> None:
        self._told += [(hold, test) for hold, test in getattr(node, "workeroutput", {}).get("held", ())]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if hasattr(self._config, "workeroutput"):
            return
        terminalreporter.section("event loops held")
        over, usual = self._over(), [told for told in self._told if not _reason(*told)]
        excepted = [told for told in self._told if _reason(*told)]
        for told in over or _longest(usual):
            terminalreporter.write_line(_words(*told))
        for told in _longest(excepted):
            terminalreporter.write_line(f"an exception, since {_reason(*told)}: {_words(*told)}")
        if not self._told:
            terminalreporter.write_line(f"none for more than {held.WORTH_TELLING} s")
        if over:
            terminalreporter.write_line(f"{len(over)} over {BOUND} s: the run fails", red=True)

    def pytest_unconfigure(self) -> None:
        selectors.DefaultSelector = self._usual

    def _gather(self) -> None:
        holds = [hold for hold in map(asdict, self._own) if _is_the_clusters(hold)]
        for file in self._folder.glob("*.jsonl"):
            holds += [json.loads(line) for line in file.read_text().splitlines()]
        self._told += [(hold, self._test_at(hold["at"])) for hold in holds]

    def _test_at(self, moment: float) -> str:
        return next((test for began, test in reversed(self._began) if began <= moment), "before the first test")

    def _over(self) -> list[tuple[dict, str]]:
        found = [told for told in self._told if told[0]["seconds"] > (MOST if _reason(*told) else BOUND)]
        return sorted(found, key=_seconds, reverse=True)


def _seconds(told: tuple[dict, str]) -> float:
    return told[0]["seconds"]


def _longest(told: list[tuple[dict, str]]) -> list[tuple[dict, str]]:
    return [max(told, key=_seconds)] if told else []


def _is_the_clusters(hold: dict) -> bool:
    """Whether a part of the cluster held a loop of the tests' own process: a test's function and Jupyter's may."""
    own = [place for place in hold["stack"] or hold["inner"] if str(HELPERS) in place or str(TESTS) in place]
    return bool(own) and f"{HELPERS}/loopkube/" in own[-1]


def _reason(hold: dict, test: str) -> str:
    """Why this one may be longer, or ``."""
    calls = [test.partition("::")[0], *(_function(place) for place in hold["stack"])]
    return next((why for name, why in EXCEPTIONS.items() if name in calls), "")


def _function(place: str) -> str:
    """`FILE NAME` of `FILE:LINE NAME`."""
    where, _, name = place.partition(" ")
    return f"{where.rpartition(':')[0].removeprefix(f'{HELPERS}/')} {name}"


def _words(hold: dict, test: str) -> str:
    inner, place = (" < ".join(_short(hold[part])) for part in ("inner", "stack"))
    seen = f"    in {place or 'one call into C, or many short ones'}"
    last = f"\n    last seen at {inner}" if inner else ""
    return f"{hold['seconds']:.3f} s (of {hold['wall']:.3f} s on the clock) in {test}\n{seen}{last}"


def _short(places: list[str]) -> list[str]:
    """The innermost calls, without what stands before each file in every line."""
    return [
        place.rpartition("site-packages/")[2].removeprefix(f"{HELPERS}/").removeprefix(STDLIB)
        for place in places[-6:][::-1]
    ]
