"""Text in, `Program` or `CompileError` out. The library is imported with the first expression."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from loopkube.shared.cel import syntax
from loopkube.shared.cel.environment import environment
from loopkube.shared.cel.messages import Types
from loopkube.shared.cel.meter import Meter, Step, Variables

LONGEST = 32_768
"""Characters; cel-go takes 100,000. The parser keeps the interpreter meanwhile, and so every loop of the process."""
_STATUS = re.compile(r"^[A-Z_]+: (.*?)(?: \[[A-Z_]+\])?$", re.DOTALL)
_UNDEFINED = re.compile(r"(undefined field '[^']*') not found in struct '[^']*'")
_UNDECLARED = re.compile(
    r"(?P<head>ERROR: <input>:\d+:)(?P<column>\d+): undeclared reference to '(?P<name>\w+(?:\.\w+)+)' "
    r"\(in container ''\)\n \| (?P<source>[^\n]*)\n \| \.*\^"
)
_STRUCT = re.compile(r"\bObject((?:\.[A-Za-z_]\w*)+)(\s*\{)")


class CompileError(Exception):
    """The expression is none; the text is cel-go's: each issue with its place."""


class Program(NamedTuple):
    """A compiled expression, the type of its value, and the variables that it names."""

    step: Step
    type: str
    names: frozenset[str]
    root: syntax.Node

    def evaluate(self, variables: Variables, meter: Meter) -> Any:
        """Its value. Raises EvalError and CostExceeded."""
        return self.step(variables, meter)


def compile_expression(
    text: str, variables: Mapping[str, str], types: Types | None = None, *, patches: bool = False
) -> Program:
    """`variables` are {name: type}; the types of objects are in `types`. Raises CompileError."""
    if len(text) > LONGEST:
        raise CompileError(
            f"ERROR: <input>:-1:-1: expression code point size exceeds limit: size: {len(text)}, limit {LONGEST}"
        )
    if patches:
        return _patch(text, variables, types)
    expression = _compiled(environment(variables, types, patches), text)
    checked = syntax.read(expression.serialize())
    return Program(_built(checked), _type_name(expression.return_type()), frozenset(_names(checked.root)), checked.root)


def _compiled(known: Any, text: str, *, parse_only: bool = False) -> Any:
    try:
        return known.compile(text, disable_check=parse_only)
    except (RuntimeError, ValueError) as error:
        match = _STATUS.match(str(error))
        said = _UNDEFINED.sub(r"\1", match[1] if match else str(error))
        raise CompileError(_UNDECLARED.sub(_of_first, said)) from None


def _of_first(issue: re.Match) -> str:
    """The issue about the first name of `a.b.c`, at its place, as cel-go has it."""
    whole, column = issue["name"], int(issue["column"])
    start = max(column - len(whole.rpartition(".")[0]), 1)
    first = f"{issue['head']}{start}: undeclared reference to '{whole.partition('.')[0]}' (in container '')"
    return f"{first}\n | {issue['source']}\n | {'.' * (start - 1)}^"


def _patch(text: str, variables: Mapping[str, str], types: Types | None) -> Program:
    """An expression that makes `Object{...}` or `JSONPatch{...}`, whose types are what it names."""
    parsed = syntax.read(_compiled(environment(variables, types, True), text, parse_only=True).serialize())
    made = Types(package="")
    for name, fields in _structs(parsed.root).items():
        made.message(_flat(name), fields)
    spelled = _STRUCT.sub(lambda match: _flat(f"Object{match[1]}") + match[2], text)
    try:
        expression = _compiled(environment(variables, _both(types, made), True, kept=False), spelled)
    except CompileError as error:
        raise CompileError(str(error).replace("Object_", "Object.")) from None
    return Program(_built(parsed), _type_name(expression.return_type()), frozenset(_names(parsed.root)), parsed.root)


def _built(checked: syntax.Checked) -> Step:
    from loopkube.shared.cel.evaluate import build  # all functions, which most clusters never need

    return build(checked)


def _flat(name: str) -> str:
    """Without dots, which would make it a type inside another that has a field of this name."""
    return name.replace(".", "_")


def _structs(root: syntax.Node) -> dict[str, dict[str, str]]:
    structs: dict[str, dict[str, str]] = {}
    for node in _walk(root):
        if isinstance(node, syntax.MakeStruct) and node.name:
            name = node.name.removeprefix(".")
            if name == "JSONPatch":
                structs[name] = {"op": "string", "path": "string", "from": "string", "value": "dyn"}
            elif name == "Object" or name.startswith("Object."):
                fields = structs.setdefault(name, {})
                fields |= {entry.key: "dyn" for entry in node.entries if isinstance(entry.key, str)}
    return structs


class _Both:
    """Two pools as one."""

    def __init__(self, one: Types, other: Types) -> None:
        self._pools = (one, other)

    def FindFileByName(self, name: str) -> Types:
        return self._first("FindFileByName", name)

    def FindFileContainingSymbol(self, name: str) -> Types:
        return self._first("FindFileContainingSymbol", name)

    def _first(self, ask: str, name: str) -> Types:
        for pool in self._pools:
            try:
                return getattr(pool, ask)(name)
            except KeyError:
                continue
        raise KeyError(name)


def _both(one: Types | None, other: Types) -> Any:
    other.complete()
    return _Both(one, other) if one else other


def _walk(node: Any):
    """The node and everything below it."""
    yield node
    for part in node:
        if isinstance(part, list):
            for item in part:
                if isinstance(item, tuple):
                    yield from _walk(item)
        elif isinstance(part, tuple):
            yield from _walk(part)


def _names(root: syntax.Node) -> set[str]:
    return {node.name.removeprefix(".") for node in _walk(root) if isinstance(node, syntax.Ident)}


def _type_name(type: Any) -> str:
    name = type.name()
    for known in ("LIST", "MAP", "STRING", "BOOL", "INT", "UINT", "DOUBLE", "BYTES", "DYN", "NULL", "TYPE"):
        name = re.sub(rf"\b{known}\b", known.lower() if known != "NULL" else "null_type", name)
    name = re.sub(r"\bTIMESTAMP\b", "timestamp", re.sub(r"\bDURATION\b", "duration", name))
    return name.replace(", ", ",")


def spelled(type: str) -> str:
    """A type as cel-go prints it: `list(string)`."""
    named = type.replace("timestamp", "google.protobuf.Timestamp").replace("duration", "google.protobuf.Duration")
    return named.replace("<", "(").replace(">", ")").replace(",", ", ")
