"""The `Lab` that was connected last: requests that name no entry go by its entry and its aliases."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

_last: "list[Lab]" = []


def remember(lab: "Lab") -> None:
    """Notes whom helpers without a `lab` argument mean: the one that was connected last."""
    _last[:] = [lab]


def last() -> "Lab | None":
    """The Lab that was connected last in this process; None before the first."""
    return _last[0] if _last else None
