"""A checked expression, read from its protobuf form (cel.expr.CheckedExpr): plain nodes."""

import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from loopkube.shared.cel.values import Uint

Parts = dict[int, list]


class Const(NamedTuple):
    value: object


class Ident(NamedTuple):
    name: str


class Select(NamedTuple):
    id: int
    operand: "Node"
    field: str
    test: bool


class Call(NamedTuple):
    function: str
    target: "Node | None"
    args: list["Node"]


class MakeList(NamedTuple):
    items: list["Node"]
    optional: frozenset[int]


class Entry(NamedTuple):
    key: "Node | str"
    value: "Node"
    optional: bool


class MakeStruct(NamedTuple):
    name: str
    entries: list[Entry]


class Fold(NamedTuple):
    """A comprehension; `second` is empty where there is one variable."""

    first: str
    second: str
    range: "Node"
    accumulator: str
    start: "Node"
    condition: "Node"
    step: "Node"
    result: "Node"


Node = Const | Ident | Select | Call | MakeList | MakeStruct | Fold


class Checked(NamedTuple):
    root: Node
    references: dict[int, str]
    """{node: the variable or type that it names}"""


def read(serialized: bytes) -> Checked:
    """From the library's form: an Any with a CheckedExpr, or with a ParsedExpr, which has no references."""
    envelope = _parts(serialized)
    checked = envelope[1][0].endswith(b"CheckedExpr")
    body = _parts(envelope[2][0])
    references: dict[int, str] = {}
    for entry in body.get(2, ()) if checked else ():
        pair = _parts(entry)
        name = _text(_parts(pair.get(2, [b""])[0]), 1)
        if name:
            references[pair[1][0]] = name
    return Checked(_node(body[4 if checked else 2][0]), references)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        if tag & 7 == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        size = 8
        if tag & 7 == 2:
            size, at = _varint(data, at)
        yield tag >> 3, data[at : at + size]
        at += size


def _parts(data: bytes) -> Parts:
    fields: Parts = {}
    for number, value in _fields(data):
        fields.setdefault(number, []).append(value)
    return fields


def _text(parts: Parts, number: int) -> str:
    return parts[number][0].decode() if number in parts else ""


def _node(data: bytes) -> Node:
    parts = _parts(data)
    for number, build in _BUILD.items():
        if number in parts:
            return build(parts[number][0], parts.get(2, [0])[0])
    return Const(None)


def _const(data: bytes, id: int) -> Const:
    for number, value in _fields(data):
        if number in _CONSTANTS:
            return Const(_CONSTANTS[number](value))
    return Const(None)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


_CONSTANTS: dict[int, Callable[[Any], object]] = {
    1: lambda value: None,
    2: bool,
    3: _signed,
    4: Uint,
    5: lambda value: struct.unpack("<d", value)[0],
    6: lambda value: value.decode(),
    7: bytes,
}


def _select(data: bytes, id: int) -> Select:
    parts = _parts(data)
    return Select(id, _node(parts[1][0]), _text(parts, 2), bool(parts.get(3, [0])[0]))


def _call(data: bytes, id: int) -> Call:
    parts = _parts(data)
    target = _node(parts[1][0]) if 1 in parts else None
    return Call(_text(parts, 2), target, [_node(arg) for arg in parts.get(3, ())])


def _list(data: bytes, id: int) -> MakeList:
    parts = _parts(data)
    marked: list[int] = []
    for value in parts.get(2, ()):
        marked += [value] if isinstance(value, int) else list(value)  # packed; an index is one byte here
    return MakeList([_node(item) for item in parts.get(1, ())], frozenset(marked))


def _struct(data: bytes, id: int) -> MakeStruct:
    parts = _parts(data)
    return MakeStruct(_text(parts, 1), [_entry(_parts(entry)) for entry in parts.get(2, ())])


def _entry(parts: Parts) -> Entry:
    key = _node(parts[3][0]) if 3 in parts else _text(parts, 2)
    return Entry(key, _node(parts[4][0]), bool(parts.get(5, [0])[0]))


def _fold(data: bytes, id: int) -> Fold:
    parts = _parts(data)
    nodes = {number: _node(parts[number][0]) for number in (2, 4, 5, 6, 7)}
    return Fold(_text(parts, 1), _text(parts, 8), nodes[2], _text(parts, 3), nodes[4], nodes[5], nodes[6], nodes[7])


_BUILD: dict[int, Callable[[bytes, int], Node]] = {
    3: _const,
    4: lambda data, id: Ident(_text(_parts(data), 1)),
    5: _select,
    6: _call,
    7: _list,
    8: _struct,
    9: _fold,
}
