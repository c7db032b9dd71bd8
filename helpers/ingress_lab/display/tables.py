"""Small tables: pandas frames without an index column, carrying their data along for reports."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd
from labcore.language.headings import HEADINGS
from labcore.language.messages import Readable, english, phrase, stored
from labcore.language.text_width import padded, width
from labcore.language.untrusted import html_text, visible

from ingress_lab.display.verdicts import coloured

MIME = "application/vnd.ingress-lab.table+json"
_NO_FORMULAS = "mathjax_ignore tex2jax_ignore"


class Table(Readable, pd.DataFrame):
    """A DataFrame that a notebook shows without its index, and a report reads as data."""

    @property
    def _constructor(self) -> type["Table"]:
        return Table

    def _repr_html_(self) -> str:
        made = _shown(self).to_html(index=False, border=0, classes="ingress-lab", justify="left")
        for cell in ("th", "td"):  # notebooks align both to the right
            made = made.replace(f"<{cell}>", f'<{cell} style="text-align: left;">')
        return coloured(made) + _note_html(str(self.note))

    def __repr__(self) -> str:
        return plain(self, english) + (f"\n{visible(english(self.note))}" if self.note else "")

    def __str__(self) -> str:
        return plain(self) + (f"\n{visible(self.note)}" if self.note else "")

    @property
    def note(self) -> str:
        """A sentence shown below the table, or ""."""
        return self.attrs.get("note", "")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {MIME: as_data(self), **self.attrs.get("also", {})}


def _note_html(note: str) -> str:
    """A sentence below the table, or a list of them; `$...$` in them is not typeset as a formula."""
    lines = [html_text(line) for line in note.splitlines()]
    if len(lines) < 2:
        return f"\n<p>{lines[0]}</p>" if lines else ""
    return f'\n<ul class="{_NO_FORMULAS}">' + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[str], title: str = "") -> Table:
    """A table of the named columns; their headings are those of `labcore.language.headings`."""
    data = [[row.get(column) for column in columns] for row in rows]
    return plain_table(data, [HEADINGS[column] for column in columns], title)


def plain_table(rows: Sequence[Sequence[object]], headings: Sequence[str], title: str = "") -> Table:
    """A table with headings of its own; one that is a phrase of the lab's is shown in the reader's language."""
    made = Table(list(rows), columns=pd.Index([stored(heading) for heading in headings], dtype=object), dtype=object)
    made.attrs["title"] = title
    return made


def as_data(frame: pd.DataFrame) -> dict:
    """`{title, columns, rows}` in plain JSON values."""
    whole = pd.DataFrame(frame).map(_whole).rename(columns=_whole)
    made = json.loads(whole.to_json(orient="split", index=False, default_handler=str))
    return {"title": _whole(frame.attrs.get("title", "")), "columns": made["columns"], "rows": made["data"]}


def plain(frame: pd.DataFrame, spell: Callable[[object], object] = str) -> str:
    """The table as aligned text, left-justified, one line a row; in the reader's language unless `spell` is english."""
    cells = [[visible(spell(heading)) for heading in frame.columns]]
    for row in frame.to_numpy().tolist():
        cells.append([visible(spell(phrase("-") if _absent(value) else value)) for value in row])
    widths = [max(width(row[i]) for row in cells) for i in range(len(frame.columns))]
    return "\n".join("  ".join(map(padded, row, widths)).rstrip() for row in cells)


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as its reader sees it: phrases in the reader's language, "-" for what is not there."""
    made = pd.DataFrame(frame).map(lambda value: str(phrase("-")) if _absent(value) else _visible(value))
    return made.set_axis(pd.Index([_visible(heading) for heading in frame.columns], dtype=object), axis="columns")


def _visible(value: object) -> object:
    return visible(value) if isinstance(value, str) else value


def _whole(value: object) -> object:
    """Text that UTF-8 can write: half a character is written as Python writes it."""
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))
