"""What differs between two runs of a cell: its state, tables, checks, what it printed, its pictures, its error."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from labcore.language.messages import joined, phrase, stored

Words = tuple[str, str, str]  # what, before, after


def differences(old: dict, new: dict, same_language: bool = True) -> Iterator[Words]:
    """Both are cells of a report.json. Outputs that differ from run to run do not count; that one failed does.
    Without `same_language` (the reports are in two languages) only states, tables and verdicts are compared."""
    if old["state"] != new["state"]:
        yield phrase("state"), stored(old["state"]), stored(new["state"])
    if not new.get("varies"):
        yield from _of_tables(old["tables"], new["tables"])
        yield from _of_checks(old["checks"], new["checks"], same_language)
        for key, word in _PARTS.items() if same_language else ():
            before, after = _as_lines(old[key]), _as_lines(new[key])
            if before != after:
                yield word, *lines_apart(before, after)


_PARTS = {"texts": phrase("printed"), "pictures": phrase("picture"), "error": phrase("error")}


def _as_lines(seen: list[str] | dict | None) -> str:
    if isinstance(seen, dict):
        return f"{seen['name']}: {seen['message']}".removesuffix(": ")
    return "\n".join(seen or [])


def _of_checks(old: Sequence[dict], new: Sequence[dict], same_language: bool) -> Iterator[Words]:
    before, after = ({check["exercise"]: check for check in checks} for checks in (old, new))
    for name in sorted(before.keys() | after.keys()):
        sides = before.get(name), after.get(name)
        if _judged(sides[0], same_language) != _judged(sides[1], same_language):
            yield phrase("check"), _verdict(sides[0]), _verdict(sides[1])


def _judged(check: dict | None, same_language: bool) -> object:
    return check if same_language or check is None else check["solved"]


def _verdict(check: dict | None) -> str:
    if check is None:
        return phrase("-")
    state = phrase("solved") if check["solved"] else phrase("not yet")
    return joined("", [f"{check['exercise']} ", state, f": {check['why']}"])


def lines_apart(old: str, new: str) -> tuple[str, str]:
    """The lines that only one of the two has."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    gone, come = ("; ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return gone or phrase("-"), come or phrase("-")


def _of_tables(old: Sequence[dict], new: Sequence[dict]) -> Iterator[Words]:
    for before, after in zip_longest(old, new):
        if before != after:
            yield phrase("table"), *_of_table(before, after)


def _of_table(old: dict | None, new: dict | None) -> tuple[str, str]:
    """Of rows in the same place that begin alike only the columns that differ; else the rows that one side has."""
    if old and new and _begin(old) == _begin(new):
        pairs = [pair for pair in zip(old["rows"], new["rows"], strict=True) if pair[0] != pair[1]]
        before, after = (joined("; ", [_columns(old["columns"], pair, side) for pair in pairs]) for side in (0, 1))
        return before, after
    rows = [table["rows"] if table else [] for table in (old, new)]
    gone, come = ([row for row in one if row not in other] for one, other in (rows, rows[::-1]))
    return _rows(gone), _rows(come)


def _begin(table: dict) -> tuple[list, list]:
    """The columns, and what each row is about."""
    return table["columns"], [row[:1] for row in table["rows"]]


def _columns(columns: Sequence[str], pair: tuple[list, list], side: int) -> str:
    differing = [n for n, (a, b) in enumerate(zip(*pair, strict=True)) if a != b]
    parts = [stored(columns[n]) + f" {_cell(pair[side][n])}" for n in differing]
    return joined("", [f"{_cell(pair[side][0])}: ", joined(", ", parts)])


def _rows(rows: Sequence[list]) -> str:
    return "; ".join(" | ".join(map(_cell, row)) for row in rows) or phrase("-")


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
