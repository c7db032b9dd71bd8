"""What a cell's outputs hold: tables and checks as data, pictures in words, and plain text."""

from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup
from labcore.language.messages import phrase
from nbformat import NotebookNode

CHECK = "application/vnd.ingress-lab.check+json"
TABLE = "application/vnd.ingress-lab.table+json"
SVG = "image/svg+xml"
NOTHING_PREDICTED = phrase("no prediction was given")
"""A note below tables, which a report says once for all of them."""


def tables(cell: NotebookNode) -> list[dict]:
    """`{title, columns, rows}` of each table."""
    return [dict(bundle[TABLE]) for bundle in _bundles(cell) if TABLE in bundle]


def shown_tables(cell: NotebookNode) -> list[tuple[list[list[str]], list[str]]]:
    """Each table as its reader saw it, in words of the report's language: rows, headings first, and notes below."""
    tables = []
    for bundle in _bundles(cell):
        if TABLE in bundle and "text/html" in bundle:
            page = BeautifulSoup(_joined(bundle["text/html"]), "html.parser")
            rows = [[part.get_text() for part in row.find_all(["th", "td"])] for row in page.find_all("tr")]
            notes = [note.get_text() for note in page.find_all(["p", "li"])]
            if rows:
                tables.append((rows, [note for note in notes if note != str(NOTHING_PREDICTED)]))
    return tables


def checks(cell: NotebookNode) -> list[dict]:
    """`{exercise, solved, why}` of each checked exercise."""
    return [check for bundle in _bundles(cell) for check in checks_of(bundle)]


def checks_of(bundle: Mapping) -> list[dict]:
    """Of one output, in all its forms."""
    return [dict(bundle[CHECK])] if CHECK in bundle else []


def pictures(cell: NotebookNode) -> list[str]:
    """Each picture's text alternative."""
    return [_joined(bundle.get("text/plain", "")) for bundle in _bundles(cell) if SVG in bundle]


def texts(cell: NotebookNode) -> list[str]:
    """What was printed, and values that are neither table nor check nor picture."""
    printed = [_joined(o.text) for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
    known = (TABLE, CHECK, SVG)
    printed += [
        _joined(b["text/plain"]) for b in _bundles(cell) if "text/plain" in b and not any(k in b for k in known)
    ]
    return [text for text in printed if text.strip()]


def _bundles(cell: NotebookNode) -> Iterator[dict]:
    for output in cell.outputs:
        if output.output_type in ("display_data", "execute_result"):
            yield output.data


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
