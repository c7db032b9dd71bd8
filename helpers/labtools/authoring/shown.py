"""Words that are shown, and no call in a source has: labels that notebooks give, comments of manifests, words of data.

What notebooks show comes from the English ones, for the code of the others is the same.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from labcore.language.choice import SOURCE
from labcore.language.comments import COMMENT
from labcore.machine import paths

from labtools.migrate import table
from labtools.workspace import series

SOURCES = Path(__file__).parents[2]
_LABELLING = ("predict", "losses", "loss_timeline", "plain_table")
"""Calls whose texts head rows and columns."""
_WORDS = re.compile(r"[a-z]+|(?!\S+://)(?=.*[a-z]{2}).* .*")
"""A word of English, or several; a URL, a host, a header, a Service's name are the same in each language."""
_CODE = re.compile(r"[\w.]+: \S+( \S+)?")
"""An old line of a manifest, kept as a comment."""


def words() -> Iterator[tuple[str, str]]:
    """(notebook, words) of everything that is to be translated."""
    for path in series.notebooks(SOURCE):
        name = f"notebooks/{SOURCE}/{path.name}"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            yield from ((name, label) for label in labels("".join(cell["source"])))
            yield from ((name, comment) for comment in _printed(cell) if comment in _comments())
    yield from _in_files()


def _in_files() -> Iterator[tuple[str, str]]:
    """Comments of the exercises' solutions, and what the table of annotations says in words."""
    for path in sorted((SOURCES / "labexercises" / "solutions").glob("*.yaml")):
        for comment in COMMENT.finditer(path.read_text(encoding="utf-8")):
            yield "labexercises/solutions", comment["words"]
    yield from (("labtools/migrate/annotations.yaml", words) for words in table.words())


def labels(source: str) -> set[str]:
    """The words in calls that label rows and columns, and in dictionaries that are handed to them by name."""
    if not any(name in source for name in _LABELLING):
        return set()
    tree = ast.parse(TransformerManager().transform_cell(source))
    found = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and _called(call) in _LABELLING]
    names = {argument.id for call in found for argument in call.args if isinstance(argument, ast.Name)}
    given: list[ast.expr] = [
        argument for call in found for argument in call.args if isinstance(argument, ast.Dict | ast.List)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and {t.id for t in node.targets if isinstance(t, ast.Name)} & names:
            given.append(node.value)
    texts = [text for each in given for text in _texts(each)]
    return {text for text in texts if _WORDS.fullmatch(text)}


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(value: ast.AST) -> Iterator[str]:
    items = value.keys if isinstance(value, ast.Dict) else value.elts if isinstance(value, ast.List) else ()
    yield from (item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str))


def _printed(cell: dict) -> Iterator[str]:
    text = "".join("".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream")
    yield from (found["words"] for found in COMMENT.finditer(text) if not _CODE.fullmatch(found["words"]))


@cache
def _comments() -> frozenset[str]:
    """Every comment of a manifest."""
    files = [file for kind in ("yaml", "txt") for file in (paths.project() / "manifests").rglob(f"*.{kind}")]
    return frozenset(c["words"] for file in files for c in COMMENT.finditer(file.read_text(encoding="utf-8")))
