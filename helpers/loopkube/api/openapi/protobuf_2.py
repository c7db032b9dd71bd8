"""The older OpenAPI document as protocol buffers, in the messages of gnostic's OpenAPIv2.proto.

Clients of Go ask for it so. A value of no fixed type is carried as YAML, which JSON is. Each encoder makes one field of
its message, tag and all.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import orjson

Encoder = Callable[[Any], bytes]
_VARINT, _DOUBLE, _BYTES = 0, 1, 2


def encode(document: dict) -> bytes:
    """A whole document, as `version_2.document` makes it."""
    return _fields(document, _DOCUMENT, 16)


def _varint(number: int) -> bytes:
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _part(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def _fields(value: Mapping, known: Mapping[str, Encoder], extensions: int = 0) -> bytes:
    """The content of a message; `extensions` is the number of the fields that begin with `x-`."""
    out = []
    for name, inner in value.items():
        if name in known:
            out.append(known[name](inner))
        elif extensions and name.startswith("x-"):
            out.append(_part(extensions, _text(1)(name) + _any(2)(inner)))
    return b"".join(out)


def _text(number: int) -> Encoder:
    return lambda value: _part(number, str(value).encode())


def _flag(number: int) -> Encoder:
    return lambda value: _varint(number << 3 | _VARINT) + b"\x01" if value else b""


def _whole(number: int) -> Encoder:
    return lambda value: _varint(number << 3 | _VARINT) + _varint(int(value))


def _double(number: int) -> Encoder:
    return lambda value: _varint(number << 3 | _DOUBLE) + struct.pack("<d", value)


def _any(number: int) -> Encoder:
    return lambda value: _part(number, _part(2, orjson.dumps(value) + b"\n"))


def _each(encoder: Encoder) -> Encoder:
    return lambda values: b"".join(map(encoder, values))


def _message(number: int, known: Mapping[str, Encoder], extensions: int = 0) -> Encoder:
    return lambda value: _part(number, _fields(value, known, extensions))


def _within(number: int, inner: Encoder) -> Encoder:
    """A message that holds nothing but one field."""
    return lambda value: _part(number, inner(value))


def _map(number: int, inner: Encoder) -> Encoder:
    """Pairs of a name (1) and what `inner` makes under the number 2."""
    return lambda values: b"".join(_part(number, _text(1)(name) + inner(value)) for name, value in values.items())


_SCHEMA: dict[str, Encoder] = {}


def _schema(number: int) -> Encoder:
    return _message(number, _SCHEMA, 31)


def _additional(number: int) -> Encoder:
    return lambda value: _part(number, _flag(2)(value) if isinstance(value, bool) else _schema(1)(value))


_SCHEMA |= {
    "$ref": _text(1),
    "format": _text(2),
    "title": _text(3),
    "description": _text(4),
    "default": _any(5),
    "multipleOf": _double(6),
    "maximum": _double(7),
    "exclusiveMaximum": _flag(8),
    "minimum": _double(9),
    "exclusiveMinimum": _flag(10),
    "maxLength": _whole(11),
    "minLength": _whole(12),
    "pattern": _text(13),
    "maxItems": _whole(14),
    "minItems": _whole(15),
    "uniqueItems": _flag(16),
    "maxProperties": _whole(17),
    "minProperties": _whole(18),
    "required": _each(_text(19)),
    "enum": _each(_any(20)),
    "additionalProperties": _additional(21),
    "type": _within(22, _text(1)),
    "items": _within(23, _schema(1)),
    "allOf": _each(_schema(24)),
    "properties": _within(25, _map(1, _schema(2))),
    "example": _any(30),
}
_BODY = {"name": _text(2), "in": _text(3), "required": _flag(4), "schema": _schema(5)}
_QUERY = {
    "required": _flag(1),
    "in": _text(2),
    "description": _text(3),
    "name": _text(4),
    "type": _text(6),
    "uniqueItems": _flag(20),
}


def _parameter(value: dict) -> bytes:
    """A ParametersItem (8) with its Parameter (1): of the body (1), or of the query (2, 3)."""
    inner = _message(1, _BODY)(value) if value["in"] == "body" else _part(2, _message(3, _QUERY)(value))
    return _part(8, _part(1, inner))


_RESPONSE = {"description": _text(1), "schema": _within(2, _schema(1))}
_OPERATION = {
    "description": _text(3),
    "operationId": _text(5),
    "produces": _each(_text(6)),
    "consumes": _each(_text(7)),
    "parameters": _each(_parameter),
    "responses": _within(9, _map(1, _within(2, _message(1, _RESPONSE)))),
}
_METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "options": 6, "head": 7, "patch": 8}
_PATH = {method: _message(number, _OPERATION, 13) for method, number in _METHODS.items()}
_DOCUMENT = {
    "swagger": _text(1),
    "info": _message(2, {"title": _text(1), "version": _text(2)}),
    "paths": _within(8, _map(2, _message(2, _PATH))),
    "definitions": _within(9, _map(1, _schema(2))),
}
