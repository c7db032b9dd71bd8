"""What a load has measured: each request, how many were lost, and how long the others took.

A latency begins when the request was to be sent. A client that waits for a late answer sends the next ones late, too,
and would not count what these waited (coordinated omission); so both beginnings are kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

LOST_FROM = 400
NAMES = ("median", "p90", "p99", "max")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, in seconds since the load began; status 0: no answer."""

    intended: float
    sent: float
    end: float
    status: int

    @property
    def lost(self) -> bool:
        """No answer, or an error."""
        return not 0 < self.status < LOST_FROM


@dataclass
class Measured:
    """The requests to one URL, in the order of their ends."""

    url: str
    requests: list[Sent] = field(default_factory=list)
    unfinished: int = 0
    """Requests that were under way when the load was interrupted."""
    late: float = 0.0
    """How long at most the load itself was behind its clock, in seconds."""

    @property
    def statuses(self) -> Mapping[int, int]:
        """How many of each, the most frequent first; 0: no answer."""
        return dict(Counter(one.status for one in self.requests).most_common())

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.requests)

    @property
    def seconds(self) -> float:
        """From the first request to the last answer."""
        return max((one.end for one in self.requests), default=0.0)

    def latency(self, *, corrected: bool = True) -> dict[str, float]:
        """Milliseconds of the requests that were answered well, from the moment when they were to be sent, or else
        from that when they were."""
        return percentiles(
            [(one.end - (one.intended if corrected else one.sent)) * 1000 for one in self.requests if not one.lost]
        )


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """`median`, `p90`, `p99`, `max`; all 0 of nothing."""
    if not values:
        return dict.fromkeys(NAMES, 0.0)
    cut = quantiles(values, n=100, method="inclusive") if len(values) > 1 else [values[0]] * 99
    return dict(zip(NAMES, (round(value, 2) for value in (cut[49], cut[89], cut[98], max(values))), strict=True))
