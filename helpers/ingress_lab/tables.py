"""Small tables: pandas frames without an index column, carrying their data along for reports."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ingress_lab.messages import text

MIME = "application/vnd.ingress-lab.table+json"


class Table(pd.DataFrame):
    """A DataFrame that a notebook shows without its index, and a report reads as data."""

    @property
    def _constructor(self) -> type["Table"]:
        return Table

    def _repr_html_(self) -> str:
        shown = pd.DataFrame(self).map(lambda value: text("none") if _absent(value) else value)
        made = shown.to_html(index=False, border=0, classes="ingress-lab", justify="left")
        made = made.replace("<td>", '<td style="text-align: left;">')  # notebooks align cells to the right
        return made + (f"\n<p>{html.escape(self.note)}</p>" if self.note else "")

    def __repr__(self) -> str:
        return plain(self) + (f"\n{self.note}" if self.note else "")

    @property
    def note(self) -> str:
        """A sentence shown below the table, or ""."""
        return self.attrs.get("note", "")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {MIME: as_data(self)}


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[str], title: str = "") -> Table:
    """A table of the named columns; headings are the reader's words for them (messages)."""
    data = [[row.get(column) for column in columns] for row in rows]
    return plain_table(data, [text(column) for column in columns], title)


def plain_table(rows: Sequence[Sequence[object]], headings: Sequence[str], title: str = "") -> Table:
    """A table whose headings are used as they are."""
    made = Table(list(rows), columns=list(headings), dtype=object)
    made.attrs["title"] = title
    return made


def as_data(frame: pd.DataFrame) -> dict:
    """`{title, columns, rows}` in plain JSON values."""
    made = json.loads(frame.to_json(orient="split", index=False, default_handler=str))
    return {"title": frame.attrs.get("title", ""), "columns": made["columns"], "rows": made["data"]}


def plain(frame: pd.DataFrame) -> str:
    """The table as aligned text, left-justified, one line a row."""
    cells = [[str(heading) for heading in frame.columns]]
    cells += [[text("none") if _absent(value) else str(value) for value in row] for row in frame.to_numpy().tolist()]
    widths = [max(len(row[i]) for row in cells) for i in range(len(frame.columns))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))
