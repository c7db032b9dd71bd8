"""The indexes of an Indexed Job, as its status and its success policy write them: `1,3-5,7`."""

import re
from collections.abc import Iterable

LABEL = "batch.kubernetes.io/job-completion-index"
_MOST = 100_000
"""Indexes in one list; a Job cannot run more at a time either."""
_PART = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def parse(text: str, end: int) -> set[int]:
    """The indexes below `end`. Raises ValueError, also where there are too many of them."""
    parsed: set[int] = set()
    for part in text.split(",") if text else ():
        match = _PART.fullmatch(part)
        if not match:
            raise ValueError(f"{part} is no index and no range of indexes")
        first, last = int(match[1]), int(match[2] or match[1])
        indexes = range(first, min(last, end - 1) + 1)
        if len(parsed) + len(indexes) > _MOST:
            raise ValueError(f"there are more than {_MOST} indexes")
        parsed |= set(indexes)
    return parsed


def text(indexes: Iterable[int]) -> str:
    """In order; three or more in a row are written as a range."""
    parts: list[str] = []
    row: list[int] = []
    for index in [*sorted(indexes), -1]:
        if row and index != row[-1] + 1:
            parts += [f"{row[0]}-{row[-1]}"] if len(row) > 2 else map(str, row)
            row = []
        row.append(index)
    return ",".join(parts)


def of(pod: dict) -> int | None:
    """The index of a Pod, or None."""
    value = (pod["metadata"].get("annotations") or {}).get(LABEL, "")
    return int(value) if value.isdigit() else None
