"""What a load is, and how much of it there may be: a lab is a small machine, and often somebody else's, too."""

from collections.abc import Sequence
from dataclasses import dataclass

from labcore.errors import BadArgument
from labcore.language.messages import phrase

MOST_RATE, MOST_SECONDS, MOST_CONNECTIONS = 2000, 600, 256
CONNECTIONS = 256
"""How many an open load may have at once: more than answers take, unless something is wrong."""


@dataclass(frozen=True)
class Plan:
    """`rate` requests a second whatever the answers do (an open load); 0: each of `connections` waits for its answer,
    and then sends the next (a closed load)."""

    rate: float = 0.0
    seconds: float = 10.0
    connections: int = CONNECTIONS
    fresh: bool = False
    """A connection of its own for each request; otherwise connections are kept."""
    timeout: float = 30.0

    @property
    def is_open(self) -> bool:
        """Whether requests are sent by the clock."""
        return self.rate > 0


def planned(
    *, rates: Sequence[float], connections: int | None, seconds: float, fresh: bool, timeout: float, targets: int = 1
) -> list[Plan]:
    """What a person asked for, one plan for each URL, within its bounds; raises BadArgument."""
    if not rates and connections is None:
        raise BadArgument(
            phrase("how much? `--rate N` sends N requests a second, `--connections N` as many as N connections carry")
        )
    if len(rates) not in (0, 1, targets):
        raise BadArgument(phrase("`--rate` is given once, or once for each URL in their order"))
    each = [*(rates or [0.0])] * (targets if len(rates) < 2 else 1)
    if rates:
        _within("--rate", min(each), MOST_RATE)
        _within("--rate", sum(each), MOST_RATE)
    if connections is not None:
        _within("--connections", connections * targets, MOST_CONNECTIONS)
    _within("--seconds", seconds, MOST_SECONDS)
    _within("--timeout", timeout, MOST_SECONDS)
    return [Plan(rate, seconds, connections or CONNECTIONS, fresh, timeout) for rate in each]


def _within(option: str, value: float, most: float) -> None:
    if not 0 < value <= most:
        raise BadArgument(
            phrase("{option} is more than 0 and at most {most}, for all URLs together", option=option, most=most)
        )
