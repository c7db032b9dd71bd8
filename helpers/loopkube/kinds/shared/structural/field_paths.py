"""JSON paths of fields, as `fieldPath` of rules and `selectableFields` write them: `.spec.names['a.b']`."""

import re

from loopkube.kinds.shared.structural.schema import Schema

_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|[.\[\]]|[^.\[\]']+|'")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


class BadPath(ValueError):
    """The text is upstream's."""


def field_path(text: str, schema: Schema, *, brackets: bool = True) -> tuple[str, Schema, list[str]]:
    """(the path as errors write it, the schema there, the names on the way). Raises BadPath."""
    tokens, names, written, leaf = _TOKEN.findall(text), [], "", schema
    at = 0
    while at < len(tokens):
        sign = tokens[at]
        if sign not in (".", "["):
            raise BadPath(f"expected [ or . but got: {sign}")
        if sign == "[" and not brackets:
            raise BadPath("array notation is not allowed")
        if at + 1 >= len(tokens):
            raise BadPath("unexpected end of JSON path")
        name = tokens[at + 1]
        if sign == "[":
            name = _unquoted(name)
        leaf, named = _below(leaf, name)
        written += (f".{name}" if written else name) if named else f"[{name}]"
        names.append(name)
        at += 2
        if sign == "[":
            if at >= len(tokens):
                raise BadPath("unexpected end of JSON path")
            if tokens[at] != "]":
                raise BadPath(f"expected ] but got {tokens[at]}")
            at += 1
    return written, leaf, names


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != "'" or text[-1] != "'":
        raise BadPath(f"expected single quoted string but got {text}")

    def one(match: re.Match) -> str:
        if match[1] not in _ESCAPES:
            raise BadPath(f"invalid string literal: invalid escape char {match[0]}")
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", one, text[1:-1])


def _below(schema: Schema, name: str) -> tuple[Schema, bool]:
    properties, more = schema.get("properties"), schema.get("additionalProperties")
    if properties is not None:
        if name not in properties:
            raise BadPath("does not refer to a valid field")
        return properties[name], True
    if isinstance(more, dict):
        return more, False
    raise BadPath("does not refer to a valid field")
