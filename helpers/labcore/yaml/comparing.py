"""Two manifests side by side, line by line: what went, what came, what stayed."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labcore.language.messages import english, phrase
from labcore.language.text_width import padded, width
from labcore.language.untrusted import html_text, visible
from labcore.yaml.documents import Source
from labcore.yaml.texts import text_of

SAME, CHANGED, GONE, NEW, SKIPPED = " ", "~", "-", "+", "..."
_TINT = {CHANGED: "rgba(230,159,0,.18)", GONE: "rgba(213,94,0,.18)", NEW: "rgba(0,158,115,.18)"}
_CELL = "text-align:left;white-space:pre-wrap;font-family:monospace;vertical-align:top;padding:0 .6em"


@dataclass(frozen=True)
class Row:
    """One line of each side (None: no such line), and its sign: same, changed, gone, new, or lines left out."""

    sign: str
    left: str | None
    right: str | None


@dataclass(frozen=True)
class Difference:
    """Shown in a notebook as a table with two columns, in a terminal as text."""

    rows: Sequence[Row]
    left: str
    right: str

    def __bool__(self) -> bool:
        """Is there any difference?"""
        return any(row.sign in (CHANGED, GONE, NEW) for row in self.rows)

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.sign in (CHANGED, GONE, NEW)]

    def __repr__(self) -> str:
        return self._as_text(english)

    def __str__(self) -> str:
        return self._as_text(str)

    def _as_text(self, said: Callable[[str], object]) -> str:
        if not self:
            return visible(said(phrase("no difference")))
        left, right = str(said(self.left)), str(said(self.right))
        columns = max(width(left), *(width(row.left or "") for row in self.rows))
        lines = [f"  {padded(left, columns)} | {right}", f"  {'-' * columns}-+-{'-' * max(1, width(right))}"]
        lines += [f"{row.sign[:1]} {padded(row.left or '', columns)} | {row.right or ''}".rstrip() for row in self.rows]
        return visible("\n".join(lines))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/html": self._page(), "text/plain": str(self)}

    def _page(self) -> str:
        if not self:
            return f"<p>{html_text(phrase('no difference'))}</p>"
        head = "".join(f'<th style="text-align:left">{html_text(h)}</th>' for h in ("", self.left, self.right))
        rows = "".join(self._line(row) for row in self.rows)
        return f'<table class="ingress-lab"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def _line(self, row: Row) -> str:
        tint = f";background:{_TINT[row.sign]}" if row.sign in _TINT else ""
        cells = (row.sign.strip(), row.left or "", row.right or "")
        return "<tr>" + "".join(f'<td style="{_CELL}{tint}">{html_text(cell)}</td>' for cell in cells) + "</tr>"


def compare(old: Source, new: Source, *, left: str = "", right: str = "", context: int | None = 3) -> Difference:
    """The difference of two manifests (files, folders, texts, objects), `context` equal lines around each change."""
    rows = list(_rows(text_of(old).splitlines(), text_of(new).splitlines()))
    shown = rows if context is None else list(_near(rows, context))
    return Difference(shown, left or phrase("before"), right or phrase("after"))


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        left, right = old[start:end], new[new_start:new_end]
        if tag == "equal":
            yield from (Row(SAME, a, b) for a, b in zip(left, right, strict=True))
            continue
        both = min(len(left), len(right))
        yield from (Row(CHANGED, a, b) for a, b in zip(left[:both], right[:both], strict=True))
        yield from (Row(GONE, line, None) for line in left[both:])
        yield from (Row(NEW, None, line) for line in right[both:])


def _near(rows: list[Row], context: int) -> Iterator[Row]:
    """Rows within `context` of a change; one row with dots for each run that is left out."""
    kept = {n + k for n, row in enumerate(rows) if row.sign != SAME for k in range(-context, context + 1)}
    skipping = False
    for number, row in enumerate(rows):
        if number in kept:
            skipping = False
            yield row
        elif not skipping:
            skipping = True
            yield Row(SKIPPED, SKIPPED, SKIPPED)
