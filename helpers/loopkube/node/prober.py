"""The probes of one run of a container: when each comes, how many results make a verdict, and what follows from it.

One thing is kinder than a kubelet: while a program starts (the first second) a failed startup or readiness probe
is not counted and comes again within milliseconds, so that a Pod is ready as soon as its program is; a liveness
probe is forgiven a refused connection.
"""

import asyncio
from collections.abc import Callable

from loopkube.node.probes import Outcome, Target, check
from loopkube.node.tasks import watched
from loopkube.shared.clock import Clock

FORGIVING_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.05


class Prober:
    """Runs the probes of one run of a container, from its start to `stop`."""

    def __init__(
        self,
        spec: dict,
        target: Target,
        clock: Clock,
        *,
        started: Callable[[], None],
        ready: Callable[[bool], None],
        unhealthy: Callable[[str, str], None],
        failed: Callable[[str, dict], None],
    ) -> None:
        """`unhealthy(kind, text)` at each failure, `failed(kind, probe)` when the container must be restarted."""
        self._spec, self._target, self._clock = spec, target, clock
        self._started, self._ready, self._unhealthy, self._failed = started, ready, unhealthy, failed
        self._born = clock.monotonic()
        self._tasks: dict[str, asyncio.Task] = {}

    def start(self) -> None:
        """Liveness and readiness wait until a startup probe has succeeded once."""
        startup = self._spec.get("startupProbe")
        if startup:
            self._run("startup", self._startup(startup))
        else:
            self._after_startup()

    def stop(self, kinds: tuple[str, ...] = ("startup", "liveness", "readiness")) -> None:
        """Ends the probes of these kinds; a result that is under way is not told any more."""
        for kind in kinds:
            task = self._tasks.pop(kind, None)
            if task:
                task.cancel()

    def _run(self, kind: str, work) -> None:
        self._tasks[kind] = watched(work, f"{kind} probe of {self._spec['name']}")

    def _after_startup(self) -> None:
        self._started()
        if "readinessProbe" in self._spec:
            self._run("readiness", self._readiness(self._spec["readinessProbe"]))
        else:
            self._ready(True)
        if "livenessProbe" in self._spec:
            self._run("liveness", self._liveness(self._spec["livenessProbe"]))

    async def _startup(self, probe: dict) -> None:
        # one verdict: the other probes begin here, or the run ends
        async for good in self._verdicts("Startup", probe):
            if good:
                self._after_startup()
            else:
                self._failed("startup", probe)
            return

    async def _liveness(self, probe: dict) -> None:
        async for good in self._verdicts("Liveness", probe):
            if not good:
                self._failed("liveness", probe)
                # the run ends now, and the next one has a prober of its own
                return

    async def _readiness(self, probe: dict) -> None:
        async for good in self._verdicts("Readiness", probe):
            self._ready(good)

    async def _verdicts(self, kind: str, probe: dict):
        """Probes for ever; yields True or False whenever enough equal results came in a row."""
        row, last = 0, None
        await self._clock.sleep(probe.get("initialDelaySeconds") or 0)
        period = probe.get("periodSeconds") or 10
        while True:
            outcome = await self._checked(kind, probe)
            if not outcome.ok:
                self._unhealthy(kind, outcome.text)
            row = row + 1 if outcome.ok == last else 1
            last = outcome.ok
            needed = (probe.get("successThreshold") if outcome.ok else probe.get("failureThreshold", 3)) or 1
            if row >= needed:
                yield outcome.ok
            await self._clock.sleep(period)

    async def _checked(self, kind: str, probe: dict) -> Outcome:
        pause = FIRST_PAUSE
        while True:
            outcome = await check(probe, self._target)
            age = self._clock.monotonic() - self._born - (probe.get("initialDelaySeconds") or 0)
            forgiven = not outcome.ok and (kind != "Liveness" or outcome.refused)
            if not forgiven or age > FORGIVING_SECONDS:
                return outcome
            await self._clock.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
