"""Whole lines of comment when lines around them change: each belongs to the line below it, and stays with it.

ruamel.yaml hangs a comment on the field above it, and drops it with that field; so it is put right afterwards, by the
lines of the text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Line = tuple[str, int | None]  # a line of the result, and its place among the old lines (None: it is new)


@dataclass
class Moves:
    """Old lines (from 0) whose field was taken away, and the field that it became elsewhere (""); or was renamed."""

    gone: dict[int, str] = field(default_factory=dict)
    renamed: dict[int, str] = field(default_factory=dict)


def put_right(old: Sequence[str], result: Sequence[Line], moves: Moves) -> list[Line]:
    """The result, with the comments that belong in it."""
    spans = {first: _end(old, first) for first in moves.gone}
    made = list(result)
    for first, last in _blocks(old):
        owner = next((n for n in range(last, len(old)) if not _is_beside(old[n])), len(old))
        if owner in spans and owner == last and _indent(old[owner]) == _indent(old[last - 1]):
            made = _with_its_field(old, made, range(first, last), moves.gone[owner])
        elif not any(start < first < end for start, end in spans.items()):
            made = _kept(old, made, range(first, last), owner, moves.renamed.get(owner, ""))
    return made


def _blocks(old: Sequence[str]) -> list[tuple[int, int]]:
    """Comment lines that stand together: the first, and the line after the last."""
    blocks: list[tuple[int, int]] = []
    for number, line in enumerate(old):
        if line.lstrip().startswith("#"):
            blocks.append((blocks.pop()[0] if blocks and blocks[-1][1] == number else number, number + 1))
    return blocks


def _with_its_field(old: Sequence[str], made: list[Line], block: range, field: str) -> list[Line]:
    """The comment goes where its field went, or goes."""
    rest = [line for line in made if line[1] not in block]
    index = _new_field(rest, range(len(rest)), field)
    if index is None:
        return rest
    moved = _above(old, rest, block, index)
    return [(text, None if at in block else at) for text, at in moved]  # no longer a neighbour of its old neighbours


def _kept(old: Sequence[str], made: list[Line], block: range, owner: int, renamed: str) -> list[Line]:
    """The comment stays above its line, or above what came in the place of that."""
    there = {at for _, at in made}
    new = Counter(text.strip() for text, at in made if at is None)
    lost = [n for n in block if n not in there and not new[old[n].strip()]]
    if not lost:
        return made
    same = next((n for n, (_, at) in enumerate(made) if at == owner), None)
    if same is not None:
        return [*made[:same], *((old[n], n) for n in lost), *made[same:]]
    begin = 1 + max((n for n, (_, at) in enumerate(made) if at is not None and at < block.start), default=-1)
    end = next((n for n in range(begin, len(made)) if made[n][1] is not None), len(made))
    line = _new_field(made, range(begin, end), renamed)
    return _above(old, made, lost, begin if line is None else line)


def _new_field(made: Sequence[Line], among: range, field: str) -> int | None:
    starts = (f"{field}:", f"- {field}:")
    return next((n for n in among if field and made[n][1] is None and made[n][0].lstrip().startswith(starts)), None)


def _above(old: Sequence[str], made: list[Line], block: Iterable[int], line: int) -> list[Line]:
    indent = " " * (_indent(made[line][0]) if line < len(made) else 0)
    return [*made[:line], *((indent + old[n].lstrip(), n) for n in block), *made[line:]]


def _end(old: Sequence[str], first: int) -> int:
    """The line after a field's value; comments below it are of what follows."""
    end = first + 1
    for number in range(first + 1, len(old)):
        if _is_beside(old[number]):
            continue
        if _indent(old[number]) <= _indent(old[first]):
            break
        end = number + 1
    return end


def _is_beside(line: str) -> bool:
    """Is it blank, or a comment alone?"""
    return not line.strip() or line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
