"""How long a container waits before it runs again: nothing, then 10 s, doubling to 5 min (kubelet's crash back-off)."""

from loopkube.shared.clock import Clock

FIRST, LONGEST = 10.0, 300.0
CRITICAL = 1.0
"""Every wait of a Pod that the cluster cannot do without (priority class system-node-critical or
system-cluster-critical), as kubelets do whose `crashLoopBackOff.maxContainerRestartPeriod` is `1s`."""


class Backoff:
    """Forgets after a run of twice the longest wait."""

    def __init__(self, clock: Clock, *, critical: bool = False) -> None:
        self._clock = clock
        self._first, self._longest = (CRITICAL, CRITICAL) if critical else (FIRST, LONGEST)
        self._wait = 0.0
        self._updated = clock.monotonic()
        self._ended = clock.monotonic()

    def ended(self) -> None:
        """A run has ended just now."""
        self._ended = self._clock.monotonic()

    def delay(self) -> float:
        """Seconds still to wait."""
        if self._ended - self._updated > 2 * LONGEST:
            self._wait = 0.0
        return max(self._wait - (self._clock.monotonic() - self._ended), 0.0)

    def next(self) -> None:
        """The next run begins."""
        self._wait = min(self._wait * 2, self._longest) if self._wait else self._first
        self._updated = self._clock.monotonic()

    @property
    def text(self) -> str:
        """The whole wait as Go prints a duration: `40s`, `2m40s`."""
        minutes, seconds = divmod(int(self._wait), 60)
        return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
