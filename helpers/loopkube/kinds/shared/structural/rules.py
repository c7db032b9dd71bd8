"""Rules in CEL of a schema (`x-kubernetes-validations`), compiled (apiextensions-apiserver, schema/cel)."""

import contextlib
from collections import OrderedDict
from typing import NamedTuple

from loopkube.kinds.shared.expressions import compiled
from loopkube.kinds.shared.structural.expression_types import type_of
from loopkube.kinds.shared.structural.field_paths import BadPath, field_path
from loopkube.kinds.shared.structural.schema import EMBEDDED, Schema
from loopkube.shared.cel.compiler import CompileError, Program
from loopkube.shared.cel.messages import Types

RULES = "x-kubernetes-validations"
_KEPT = 64


class Rule(NamedTuple):
    """One rule; what cannot be compiled has an error instead of a program."""

    declared: dict
    program: Program | None
    error: str
    message: Program | None
    message_error: str
    field_path: str

    @property
    def uses_old(self) -> bool:
        return self.program is not None and "oldSelf" in self.program.names

    @property
    def optional_old(self) -> bool:
        return bool(self.declared.get("optionalOldSelf"))

    @property
    def name(self) -> str:
        """How errors name it."""
        return (self.declared.get("message") or self.declared["rule"]).strip()


class Ruled(NamedTuple):
    """The rules of one level of a schema, and what is below it."""

    schema: Schema
    rules: list[Rule]
    resource: bool
    properties: dict[str, "Ruled"]
    items: "Ruled | None"
    more: "Ruled | None"
    all_of: list["Ruled"]


def compile_rules(schema: Schema, typed_by: Schema, resource: bool) -> list[Rule]:
    """The rules of this level alone; `typed_by` is the schema that types its values."""
    if not schema.get(RULES):
        return []
    types = Types()
    kind = type_of(typed_by, types, resource=resource)
    types.complete()
    return [_rule(declared, schema, kind, types) for declared in schema[RULES]]


def _rule(declared: dict, schema: Schema, kind: str, types: Types) -> Rule:
    text, message_expression = declared.get("rule", ""), declared.get("messageExpression", "")
    if not text.strip():
        return Rule(declared, None, "", None, "", "")
    old = f"optional_type<{kind}>" if declared.get("optionalOldSelf") else kind
    variables, known = {"self": kind, "oldSelf": old}, types if types else None
    program = message = None
    error = message_error = path = ""
    try:
        program = compiled(text, variables, known)
    except CompileError as problem:
        error = f"compilation failed: {problem}"
    if program and program.type != "bool":
        program, error = None, "cel expression must evaluate to a bool"
    if program and message_expression:
        try:
            message = compiled(message_expression, variables, known)
        except CompileError as problem:
            message_error = f"messageExpression compilation failed: {problem}"
        if message and message.type != "string":
            message, message_error = None, "messageExpression must evaluate to a string"
    if declared.get("fieldPath"):
        with contextlib.suppress(BadPath):
            path = field_path(declared["fieldPath"], schema)[0]
    return Rule(declared, program, error, message, message_error, path)


_trees: OrderedDict[int, tuple[Schema, Ruled | None]] = OrderedDict()


def ruled(schema: Schema) -> Ruled | None:
    """All rules of a resource's schema; None where there are none. Kept with the schema."""
    kept = _trees.get(id(schema))
    if kept is not None and kept[0] is schema:
        return kept[1]
    tree = _tree(schema, schema, resource=True)
    _trees[id(schema)] = (schema, tree)
    while len(_trees) > _KEPT:
        _trees.popitem(last=False)
    return tree


def _tree(schema: Schema, typed_by: Schema, resource: bool) -> Ruled | None:
    properties = {}
    for name, inner in (schema.get("properties") or {}).items():
        by = (typed_by.get("properties") or {}).get(name, inner)
        ruled = _tree(inner, by, bool(by.get(EMBEDDED)))
        if ruled:
            properties[name] = ruled
    below = []
    for part in ("items", "additionalProperties"):
        inner, by = schema.get(part), typed_by.get(part)
        by = by if isinstance(by, dict) else inner
        below.append(_tree(inner, by, bool(by.get(EMBEDDED))) if isinstance(inner, dict) else None)  # type: ignore[union-attr,arg-type]
    all_of = [ruled for part in schema.get("allOf") or () if (ruled := _tree(part, typed_by, resource))]
    rules = compile_rules(schema, typed_by, resource)
    if not (rules or properties or all_of or any(below)):
        return None
    return Ruled(typed_by, rules, resource, properties, below[0], below[1], all_of)
