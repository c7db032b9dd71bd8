"""Rows of the table: what was measured, how often, and how much the values differ."""

import statistics
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """`goal` is what DESIGN asks for, in words; `others` are the same values of another cluster, where it was asked."""

    what: str
    unit: str
    values: list[float]
    goal: str = ""
    others: tuple[float, ...] = ()


Measure = Callable[[int], list[Row]]
"""Takes how often to measure."""

HEAD = ("what", "unit", "n", "median", "min", "max", "goal")


def cells(row: Row, against: bool) -> list[str]:
    numbers = [_number(row.unit, v) for v in (statistics.median(row.values), min(row.values), max(row.values))]
    other = [_number(row.unit, statistics.median(row.others)) if row.others else ""] if against else []
    return [row.what, row.unit, str(len(row.values)), *numbers, *other, row.goal]


def _number(unit: str, value: float) -> str:
    return f"{value:.2f}" if unit in ("s", "of 1") else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def line(found: list[str]) -> str:
    """For the terminal."""
    what, unit, count, *numbers = found
    *figures, goal = numbers
    return f"{what:52} {unit:>5} {count:>3} {' '.join(f'{f:>8}' for f in figures)}  {goal}"


def markdown(rows: list[Row], against: bool) -> str:
    head = [*HEAD[:-1], *(["other cluster"] if against else []), HEAD[-1]]
    lines = [head, ["---"] + ["---:"] * (len(head) - 2) + ["---"], *(cells(row, against) for row in rows)]
    return "\n".join(f"| {' | '.join(words)} |" for words in lines)
