"""What a client lost while something was broken: read from the log of a client that asks again and again.

The client is `asker.py` (manifests/app): a line of JSON for each request, with begin and end (seconds since 1970),
status (0: no answer) and Pod.
"""

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import stored

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.lab import Lab

MOST_LINES = 10_000
_COLUMNS = ("phase", "sent", "answered", "failed", "gap")


@dataclass(frozen=True)
class Asked:
    """One request of the client."""

    begin: float
    end: float
    status: int

    @property
    def answered(self) -> bool:
        """Any status but 200 is a loss for the client."""
        return self.status == 200


def read(lab: "Lab", pod: str) -> list[Asked]:
    """All that a client has asked so far."""
    lines = lab.logs(pod, tail=MOST_LINES)["line"]
    said = [json.loads(line) for line in lines if str(line).startswith("{")]
    return [Asked(one["begin"], one["end"], one["status"]) for one in said]


def losses(lab: "Lab", pod: str, phases: Mapping[str, float]) -> "Table":
    """One row for each phase: how many requests were sent, answered (200), failed, and the longest gap in seconds.

    `phases` is {name: its first moment}, in their order; each ends where the next begins. A request belongs to the
    phase in which it was sent. A gap is the time from one answer to the next.
    """
    from ingress_lab.display.tables import table

    asked = read(lab, pod)
    starts = [*phases.values(), math.inf]
    rows = []
    for name, (begin, end) in zip(phases, itertools.pairwise(starts), strict=True):
        some = [one for one in asked if begin <= one.begin < end]
        answered = sum(one.answered for one in some)
        counts = {"sent": len(some), "answered": answered, "failed": len(some) - answered}
        rows.append({"phase": stored(name), **counts, "gap": longest_gap(some)})
    return table(rows, list(_COLUMNS), title="losses")


def longest_gap(asked: list[Asked]) -> float:
    """The longest time from one answer to the next, or to the end of the last request; in seconds."""
    if not asked:
        return 0.0
    moments = [asked[0].begin, *(one.end for one in asked if one.answered), asked[-1].end]
    return round(max(later - earlier for earlier, later in itertools.pairwise(moments)), 1)
