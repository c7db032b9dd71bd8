"""A notebook as a page: its stored outputs, without programs; a box on how to run it; solutions, folded."""

import html
import re
from pathlib import Path

import nbformat
from ingress_lab.lessons import exercises
from labcore.language.messages import phrase
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

SVG, HTML, TEXT = "image/svg+xml", "text/html", "text/plain"
SHOWN = (HTML, SVG, "text/markdown", TEXT)
"""What of an output may come to a page: no program, and nothing for a notebook's own viewer."""

_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_PROGRAM = re.compile(r"<script\b.*?</script\s*>|\son\w+\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL | re.IGNORECASE)
_DARK = "@media screen and (prefers-color-scheme:dark){"
_CHECK = re.compile(r"\blab\.check\(\"(\d\d\.\d)\"\)")


def page(path: Path, document) -> NotebookNode:
    """The notebook as the site shows it; `document` knows its links."""
    book = nbformat.read(path, as_version=4)
    cells = []
    for index, cell in enumerate(book.cells):
        if cell.cell_type == "markdown":
            cell.source = document.rewritten(_COMMENT.sub("", cell.source))
        for output in cell.get("outputs", ()):
            _keep_what_is_shown(output)
        cells.append(cell)
        if index == 0:
            cells.append(new_markdown_cell(box(path), id="run-it-yourself"))
        cells += [new_markdown_cell(help_with(name), id=f"help-{name.replace('.', '-')}") for name in _checked(cell)]
    book.cells = cells
    return book


def box(path: Path) -> str:
    """How to get this notebook, and to run it."""
    first = phrase("Run it yourself")
    words = phrase(
        "What you see here was run before. Clone the project and type `make study`: the notebooks open with a cluster "
        "of their own. Exercises are checked there, and your predictions are compared with what happened."
    )
    download = phrase("Download this notebook")
    link = f"{{download}}`{download} <../download/{path.name}>`"
    return f":::{{admonition}} {first}\n:class: tip run-it\n\n{words}\n\n{link}\n:::"


def help_with(name: str) -> str:
    """The hints and solutions of an exercise, each folded."""
    exercise = exercises.find(name)
    hints = [
        _folded(phrase("Hint {number} of {all}", number=number, all=len(exercise.hints)), str(hint))
        for number, hint in enumerate(exercise.hints, 1)
    ]
    solutions = [
        _folded(_title_of(number, len(exercise.solutions)), f"```yaml\n{text.strip()}\n```")
        for number, text in enumerate(exercise.solutions, 1)
    ]
    return "\n\n".join([*hints, *solutions])


def _title_of(number: int, of_all: int) -> str:
    return phrase("Solution {number}", number=number) if of_all > 1 else phrase("Solution")


def _folded(title: str, markdown: str) -> str:
    return f'<details class="help"><summary>{html.escape(str(title))}</summary>\n\n{markdown}\n\n</details>'


def _checked(cell: NotebookNode) -> list[str]:
    found = _CHECK.findall(cell.source) if cell.cell_type == "code" else []
    return [name for name in found if name in exercises.ALL]


def _keep_what_is_shown(output: NotebookNode) -> None:
    data = output.get("data")
    if data is None:
        return
    shown = {kind: data[kind] for kind in SHOWN if kind in data}
    if SVG in shown:
        shown[HTML] = f'<div class="picture">{drawn(shown.pop(SVG))}</div>'
    elif HTML in shown:
        shown[HTML] = f'<div class="shown">{_PROGRAM.sub("", shown[HTML])}</div>'
    output.data = NotebookNode(shown)


def drawn(svg: str) -> str:
    """A picture that follows the page's theme, and not only the machine's."""
    return _PROGRAM.sub("", svg).replace(_DARK, "html[data-theme=dark]{")
