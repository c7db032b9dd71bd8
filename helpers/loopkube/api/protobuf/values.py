"""Scalars, and the messages that have a JSON form of their own (their MarshalJSON methods in Go)."""

import base64
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import orjson

from loopkube.api.protobuf.wire import BYTES, FIXED64, VARINT, NotProtobuf
from loopkube.upstream import go_types

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _integer(bits: int) -> Callable[[int], int]:
    """Two's complement; more bits than the type has are cut off, as Go does it."""
    sign, whole = 1 << (bits - 1), 1 << bits

    def read(value: int) -> int:
        value &= whole - 1
        return value - whole if value & sign else value

    return read


def _double(value: bytes) -> float | int:
    number = struct.unpack("<d", value)[0]
    return int(number) if number.is_integer() else number


SCALARS: dict[str, tuple[int, Callable]] = {
    "string": (BYTES, lambda value: value.decode(errors="replace")),
    "bytes": (BYTES, lambda value: base64.b64encode(value).decode()),
    "raw": (BYTES, bytes),
    "bool": (VARINT, bool),
    "int32": (VARINT, _integer(32)),
    "int64": (VARINT, _integer(64)),
    "double": (FIXED64, _double),
}
"""{type: (wire type, what makes the JSON value)}."""


def _moment(message: dict) -> datetime | None:
    """Go's zero time is an empty message, and null in JSON."""
    if not message:
        return None
    try:
        return _EPOCH + timedelta(seconds=message.get("seconds", 0), microseconds=message.get("nanos", 0) // 1000)
    except OverflowError:
        raise NotProtobuf("Time.MarshalJSON: year outside of range [0,9999]") from None


def _time(message: dict) -> str | None:
    moment = _moment(message | {"nanos": 0}) if message else None
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".zfill(20) if moment else None


def _micro_time(message: dict) -> str | None:
    moment = _moment(message)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}".zfill(27) if moment else None


def _int_or_string(message: dict) -> int | str:
    return message.get("strVal", "") if message.get("type") else message.get("intVal", 0)


def _json(message: dict) -> object:
    raw = message.get("raw", b"")
    try:
        return orjson.loads(raw) if raw else None
    except ValueError as error:
        raise NotProtobuf(str(error)) from None


def _schema_or(field: str) -> Callable[[dict], object]:
    return lambda message: message[field] if field in message else message.get("schema")


FORMS: dict[str, Callable[[dict], object]] = {
    "meta.Time": _time,
    "meta.MicroTime": _micro_time,
    "meta.FieldsV1": _json,
    "resource.Quantity": lambda message: message.get("string", "0"),
    "intstr.IntOrString": _int_or_string,
    "runtime.RawExtension": _json,
    "apiextensions.JSON": _json,
    "apiextensions.JSONSchemaPropsOrArray": _schema_or("jSONSchemas"),
    "apiextensions.JSONSchemaPropsOrBool": lambda message: message.get("schema", message.get("allows", False)),
    "apiextensions.JSONSchemaPropsOrStringArray": _schema_or("property"),
}
"""{message: its fields to its JSON form}."""


def form_of(message: str) -> Callable[[dict], object] | None:
    """What makes the JSON of a message's fields, or None where they are an object as they are."""
    return _items if go_types.is_nullable(message) else FORMS.get(message)


def _items(message: dict) -> list:
    return message.get("items", [])
