"""Probes of a container over time: thresholds, verdicts, and what follows from them."""

import pytest
from held_clock import HeldClock
from loopkube.node import prober
from loopkube.node.prober import Prober
from loopkube.node.probes import Outcome, Target


async def _no_exec(command: list[str], seconds: float) -> tuple[int, str]:
    raise AssertionError("not asked for")


class Watched:
    """A Prober on a held clock, whose probes find what the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **spec: dict) -> None:
        self.clock, self.now, self.seen = HeldClock(), Outcome(True), []

        async def found(probe: dict, target: Target) -> Outcome:
            return self.now

        monkeypatch.setattr(prober, "check", found)
        self.prober = Prober(
            {"name": "app"} | spec,
            Target("127.0.0.1", "127.0.0.9", {}, _no_exec),
            self.clock,
            started=lambda: self.seen.append("started"),
            ready=lambda ready: self.seen.append(f"ready {ready}"),
            unhealthy=lambda kind, text: self.seen.append(f"{kind}: {text}"),
            failed=lambda kind, probe: self.seen.append(f"{kind} failed"),
        )
        self.prober.start()

    async def after(self, seconds: float) -> list[str]:
        """What happened in this time."""
        await self.clock.advance(seconds)
        seen, self.seen = self.seen, []
        return seen


async def test_without_probes_a_container_is_started_and_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await Watched(monkeypatch).after(0) == ["started", "ready True"]


async def test_readiness_needs_its_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = {"periodSeconds": 5, "successThreshold": 2, "failureThreshold": 2}
    watched = Watched(monkeypatch, readinessProbe=probe)
    assert await watched.after(1) == ["started"]
    assert await watched.after(5) == ["ready True"]
    watched.now = Outcome(False, "gone")
    assert await watched.after(5) == ["Readiness: gone"]
    assert await watched.after(5) == ["Readiness: gone", "ready False"]
    watched.prober.stop()


async def test_a_program_that_starts_is_asked_again_within_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, readinessProbe={"periodSeconds": 10})
    watched.now = Outcome(False, "refused", refused=True)
    assert await watched.after(0.5) == ["started"]
    watched.now = Outcome(True)
    assert await watched.after(0.1) == ["ready True"]
    watched.prober.stop()


async def test_after_its_first_second_a_program_is_told_off(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, readinessProbe={"periodSeconds": 10, "failureThreshold": 1})
    watched.now = Outcome(False, "refused", refused=True)
    assert await watched.after(1.5) == ["started", "Readiness: refused", "ready False"]
    watched.prober.stop()


async def test_liveness_waits_for_startup_and_fails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(
        monkeypatch,
        startupProbe={"periodSeconds": 1, "failureThreshold": 30},
        livenessProbe={"periodSeconds": 1, "failureThreshold": 3},
    )
    watched.now = Outcome(False, "not yet")
    assert set(await watched.after(5)) == {"Startup: not yet"}
    watched.now = Outcome(True)
    assert await watched.after(1) == ["started", "ready True"]
    watched.now = Outcome(False, "dead")
    assert await watched.after(10) == ["Liveness: dead"] * 3 + ["liveness failed"]


async def test_a_startup_that_never_succeeds_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, startupProbe={"periodSeconds": 1, "failureThreshold": 2})
    watched.now = Outcome(False, "no")
    assert await watched.after(10) == ["Startup: no", "Startup: no", "startup failed"]


async def test_the_first_probe_waits_for_its_initial_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, readinessProbe={"initialDelaySeconds": 7})
    assert await watched.after(6.9) == ["started"]
    assert await watched.after(0.2) == ["ready True"]
    watched.prober.stop()
