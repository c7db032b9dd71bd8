"""Messages as the JSON objects that they stand for.

A table entry is {number: [name, type, how]}: `type` is a scalar (s, i, b, y, d) or the name of a definition; `how` is
empty, `r` (repeated), `m` (map from strings), or `e` (a Go struct embedded in its parent: no name of its own in JSON).
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import orjson

from loopkube.api.protobuf.wire import NotProtobuf, content, double, pairs, signed

TABLE = Path(__file__).with_name("fields.json")
_MAGIC = b"k8s\x00"
_DELETE_OPTIONS = "DeleteOptions"
_DEEPEST = 64


@cache
def table() -> dict:
    """{"kinds": {"apps/v1/Deployment": definition}, "messages": {definition: {number: [name, type, how]}}}."""
    return orjson.loads(TABLE.read_bytes())


def definition(api_version: str, kind: str) -> str | None:
    """The message of a kind; options belong to every group."""
    key = f"v1/{kind}" if kind == _DELETE_OPTIONS else f"{api_version}/{kind}"
    return table()["kinds"].get(key)


class UnknownKind(NotProtobuf):
    """The body is protobuf, of a kind that is read in JSON and YAML only."""


def decode(body: bytes) -> tuple[dict, list[str]]:
    """The object in a protobuf body, and messages and numbers of fields that are not known here."""
    if not body.startswith(_MAGIC):
        raise NotProtobuf("the envelope is missing")
    try:
        return _unwrapped(body[len(_MAGIC) :])
    except (UnicodeDecodeError, OverflowError) as error:
        raise NotProtobuf(str(error)) from None


def _unwrapped(data: bytes) -> tuple[dict, list[str]]:
    envelope = dict(pairs(data))
    header = dict(pairs(content(envelope.get(1, b""))))
    api_version, kind = content(header.get(1, b"")).decode(), content(header.get(2, b"")).decode()
    found = {"apiVersion": api_version, "kind": kind}
    name = definition(api_version, kind)
    if name is None:
        raise UnknownKind(f"no protobuf form of {kind} in {api_version} is known")
    reader = _Reader()
    return found | reader.message(content(envelope.get(2, b"")), name, 0), sorted(reader.unknown)


class _Reader:
    def __init__(self) -> None:
        self.unknown: set[str] = set()

    def message(self, data: bytes, name: str, depth: int) -> dict:
        if depth > _DEEPEST:
            raise NotProtobuf("the message is nested too deep")
        fields, found = table()["messages"][name], {}
        for number, value in pairs(data):
            field = fields.get(str(number))
            if field is None:
                self.unknown.add(f"{name.rpartition('.')[2]} {number}")
                continue
            self._put(found, field, value, depth)
        return found

    def _put(self, found: dict, field: list[str], value: int | bytes, depth: int) -> None:
        name, type, how = field
        if how == "m":
            entry = dict(pairs(content(value)))
            key = content(entry.get(1, b"")).decode()
            found.setdefault(name, {})[key] = self._value(type, entry.get(2, b""), depth)
            return
        read = self._value(type, value, depth)
        if how == "e":
            found |= read
        elif how == "r":
            found.setdefault(name, []).append(read)
        elif read is not None:
            found[name] = read

    def _value(self, type: str, value: int | bytes, depth: int) -> object:
        reader = _SCALARS.get(type) or _SPECIAL.get(type.rpartition(".")[2])
        if reader is not None:
            return reader(value)
        return self.message(content(value), type, depth + 1)


def _text(value: int | bytes) -> str:
    return content(value).decode()


def _base64(value: int | bytes) -> str:
    return base64.b64encode(content(value)).decode()


_Read = Callable[[int | bytes], object]
_SCALARS: dict[str, _Read] = {
    "s": _text,
    "i": signed,
    "b": lambda value: bool(signed(value)),
    "y": _base64,
    "d": double,
}


def _moment(value: int | bytes) -> datetime | None:
    """google.protobuf.Timestamp; an empty one is Go's zero time, which JSON leaves out."""
    parts = dict(pairs(content(value)))
    if 1 not in parts:
        return None
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=signed(parts[1]))
    return whole + timedelta(microseconds=signed(parts.get(2, 0)) // 1000)


def _time(value: int | bytes) -> str | None:
    moment = _moment(value)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _micro_time(value: int | bytes) -> str | None:
    moment = _moment(value)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None


def _quantity(value: int | bytes) -> str:
    return _text(dict(pairs(content(value))).get(1, b""))


def _int_or_string(value: int | bytes) -> int | str:
    parts = dict(pairs(content(value)))
    return _text(parts.get(3, b"")) if parts.get(1) else signed(parts.get(2, 0))


def _json(value: int | bytes) -> object:
    raw = content(dict(pairs(content(value))).get(1, b""))
    try:
        return orjson.loads(raw) if raw else None
    except ValueError as error:
        raise NotProtobuf(f"embedded JSON: {error}") from None


def _texts(value: int | bytes) -> list[str]:
    return [_text(item) for _, item in pairs(content(value))]


# Types with a JSON form of their own (their MarshalJSON methods in Go).
_SPECIAL: dict[str, _Read] = {
    "Time": _time,
    "MicroTime": _micro_time,
    "Quantity": _quantity,
    "IntOrString": _int_or_string,
    "RawExtension": _json,
    "FieldsV1": _json,
    "ExtraValue": _texts,
}
