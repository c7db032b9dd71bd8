"""`lab report --mine`: the learner's own notebooks as they stand; nothing is run, and nothing in them is believed.

Whatever somebody wrote or pasted into them is shown: HTML and SVG without what would act, data of the lab's only in the
lab's form, long texts cut.
"""

import base64
import math
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from labcore.errors import LabError
from labcore.language import choice
from labcore.language.messages import phrase
from nbformat import NotebookNode

from labtools.capstone import result
from labtools.clinic import records
from labtools.report import outputs
from labtools.report.cleaning import cleaned, markdown, with_pictures
from labtools.report.environment import commit, machine, manifests, texts, versions
from labtools.report.execute import EXPECTED, error_of
from labtools.report.record import FAILED, NOT_RUN, PASSED, CellRun, NotebookRun, Report
from labtools.workspace import own_copy, series, standing

_LONGEST = 100_000  # letters of one output
_LONGEST_PICTURE = 20 * _LONGEST
_LONGEST_CODE = 20_000  # letters of a cell's code


def report(only: Sequence[str] = ()) -> Report:
    """The learner's copies with one of `only` in their name; raises LabError where there are none."""
    copies = own_copy.Copies(choice.current()).folder
    paths = [copies / original.name for original in series.named(choice.current(), only)]
    existing = [path for path in paths if os.path.lexists(path)]
    if not existing:
        raise LabError(phrase("there are no notebooks of yours in {folder}; `lab study` makes them", folder=copies))
    runs = [read(path) for path in existing]
    made = Report(
        {"name": phrase("none: your notebooks as they stand")}, versions(), machine(), datetime.now().astimezone()
    )
    made.language, made.manifests, made.notebooks, made.commit = choice.current(), manifests(runs), runs, commit()
    made.files, made.series = texts(made.manifests), len(series.notebooks(choice.current()))
    made.visits, made.capstone = records.read().closed, result.read()
    made.own = standing.summary([standing.kept(run.name.partition("_")[0]) for run in runs])
    return made


def read(path: Path) -> NotebookRun:
    """One notebook as it was left; one that cannot be read says so in its place."""
    try:
        notebook = own_copy.read(path)
    except LabError as error:
        empty = NotebookNode(cells=[], metadata={}, nbformat=4, nbformat_minor=5)
        return NotebookRun(path, empty, problem=error.message)
    code = [cell for cell in own_copy.code_of(notebook) if cell.source.strip()]
    for cell in notebook.cells:
        cell.source = _source(cell)
        cell.metadata = NotebookNode(tags=[tag for tag in cell.metadata.get("tags") or [] if isinstance(tag, str)])
    run = NotebookRun(path, notebook, [CellRun(number, cell) for number, cell in enumerate(code, 1)])
    for record in run.cells:
        record.cell.outputs = [_harmless(output) for output in record.cell.outputs]
        record.error = error_of(record.cell)
        record.state = _state(record)
    return run


def _source(cell: NotebookNode) -> str:
    if cell.cell_type == "code":
        return _cut(cell.source, _LONGEST_CODE)
    pictures = {
        name: forms for name, forms in cell.get("attachments", {}).items() if len(str(forms)) <= _LONGEST_PICTURE
    }
    return with_pictures(_cut(cell.source), pictures)


def _state(record: CellRun) -> str:
    if record.error and EXPECTED not in record.cell.metadata.get("tags", []):
        return FAILED
    return PASSED if record.cell.execution_count else NOT_RUN


def _harmless(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        output.name, output.text = "stderr" if output.name == "stderr" else "stdout", _cut(output.text)
    elif output.output_type == "error":
        output.evalue, output.traceback = _cut(output.evalue), [_cut(line) for line in output.traceback][-200:]
    else:
        output.data = NotebookNode(dict(filter(None, (_form(kind, data) for kind, data in output.data.items()))))
    return output


def _form(kind: str, data: object) -> tuple[str, object] | None:
    """One form of an output, or None where it is not what its kind says."""
    if kind == outputs.TABLE:
        return (kind, data) if _is_table(data) else None
    if kind == outputs.CHECK:
        return (kind, data) if _is_check(data) else None
    if not isinstance(data, str) or kind.endswith("json"):
        return None
    if kind == outputs.SVG:
        return (kind, _as_image(data)) if len(data) <= _LONGEST else None
    if kind == "text/html":
        return kind, cleaned(_cut(data))
    if kind == "text/markdown":
        return "text/html", cleaned(markdown(_cut(data)))
    if kind.startswith("image/"):
        return (kind, data) if len(data) <= _LONGEST_PICTURE else None
    return kind, _cut(data)


def _as_image(svg: str) -> str:
    """An SVG as an image: in one no script runs, and nothing is loaded."""
    return f'<img alt="" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode(errors="replace")).decode()}">'


def _is_table(data: object) -> bool:
    if not isinstance(data, Mapping) or set(data) != {"title", "columns", "rows"}:
        return False
    columns, rows = data["columns"], data["rows"]
    whole = isinstance(columns, list) and all(isinstance(column, str) for column in columns)
    return (
        whole and isinstance(data["title"], str) and isinstance(rows, list) and all(_is_row(r, columns) for r in rows)
    )


def _is_row(row: object, columns: list) -> bool:
    plain = (str, int, float, bool, type(None))
    return (
        isinstance(row, list)
        and len(row) == len(columns)
        and all(isinstance(part, plain) and _is_json(part) for part in row)
    )


def _is_json(part: object) -> bool:
    return math.isfinite(part) if isinstance(part, float) else isinstance(part, (str, int, bool, type(None)))


def _is_check(data: object) -> bool:
    return (
        isinstance(data, Mapping)
        and set(data) == {"exercise", "solved", "why"}
        and isinstance(data["exercise"], str)
        and isinstance(data["solved"], bool)
        and isinstance(data["why"], str)
    )


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
