"""Every error of the lab says what it has to say as a phrase, so that each reader can read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from labcore import errors

HELPERS = Path(errors.__file__).parents[1]
PACKAGES = ("labcore", "ingress_lab", "labexercises", "labtools")
MARKED = {"phrase", "plural", "joined", "after", "verbatim"}
PHRASES = {"message", "sentence"}  # of another error, of a cluster's status


def _sources() -> dict[str, ast.Module]:
    files = sorted(path for package in PACKAGES for path in (HELPERS / package).rglob("*.py"))
    return {str(path.relative_to(HELPERS)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _key(function: str, file: str) -> tuple[str, str]:
    """A function that begins with `_` is its own file's."""
    return function, file if function.startswith("_") else ""


class Reading:
    """The classes of the error tree in these sources, their functions, and which values are phrases."""

    def __init__(self, sources: dict[str, ast.Module]) -> None:
        self.sources = sources
        self.functions: dict[tuple[str, str], list[ast.FunctionDef]] = {}
        classes: dict[str, set[str]] = {}
        for file, tree in sources.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    classes.setdefault(node.name, set()).update(map(_name, node.bases))
                elif isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(_key(node.name, file), []).append(node)
        self.tree = {"LabError"}
        while more := {name for name, bases in classes.items() if bases & self.tree} - self.tree:
            self.tree |= more

    def without_phrase(self) -> Iterator[str]:
        for file, tree in self.sources.items():
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                    if _name(call.func) in self.tree and call.args and not self.marked(call.args[0], function, file):
                        yield f"{file}:{call.lineno}: {ast.unparse(call)}"

    def marked(self, value: ast.expr, within: ast.FunctionDef, file: str) -> bool:
        """Whether a value is a phrase, as far as the code tells: by its call, or where its name was given it."""
        match value:
            case ast.Constant(value=""):
                return True  # nothing is said, in any language
            case ast.Call():
                return _name(value.func) in MARKED or self._gives_phrases(*_key(_name(value.func), file))
            case ast.BinOp(left=left):
                return self.marked(left, within, file)
            case ast.IfExp(body=first, orelse=second) | ast.BoolOp(values=[first, second]):
                return self.marked(first, within, file) and self.marked(second, within, file)
            case ast.Name(id=name):
                given = list(_given(name, within))
                return bool(given) and all(self.marked(one, within, file) for one in given)
        return isinstance(value, ast.Attribute) and value.attr in PHRASES

    def _gives_phrases(self, name: str, file: str) -> bool:
        returned = [
            (node.value, function)
            for function in self.functions.get((name, file), [])
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and node.value
        ]
        return bool(returned) and all(self.marked(value, function, file) for value, function in returned)


def _given(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.NamedExpr) and name in map(_name, targets):
            yield node.value


def test_every_error_of_the_lab_has_a_phrase() -> None:
    reading = Reading(_sources())
    assert {"Refused", "UnknownVerb", "KindFailed"} <= reading.tree
    assert list(reading.without_phrase()) == []


@pytest.mark.parametrize(
    ("message", "fine"),
    [
        ("phrase('no')", True), ("joined(': ', [a, b])", True), ("verbatim(f'Error {a}')", True), ("says()", True),
        ("error.message", True), ("phrase('a') + b", True), ("'no'", False), ("f'no {a}'", False), ("a", False),
        ("tells()", False), ("'no' + phrase('a')", False), ("phrase('a') if b else 'no'", False),
    ],
)  # fmt: skip
def test_an_error_without_a_phrase_is_found(message: str, fine: bool) -> None:
    source = f"""
class Odd(LabError): ...
def says(): return phrase("no")
def tells(): return "no"
def fails(a): raise Odd({message})
"""
    assert list(Reading({"odd.py": ast.parse(source)}).without_phrase()) == (
        [] if fine else [f"odd.py:5: {ast.unparse(ast.parse(f'Odd({message})'))}"]
    )
