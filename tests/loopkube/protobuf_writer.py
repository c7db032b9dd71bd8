"""Writes objects in protobuf form, as Go's clients do, to compare what the API reads with what was sent."""

import base64
import json
import struct
from datetime import datetime
from pathlib import Path

import orjson
from loopkube.api import decode as json_form
from loopkube.api import protobuf
from loopkube.api.protobuf import MAGIC
from loopkube.api.protobuf.fields import Field, fields, message_of
from loopkube.api.protobuf.values import SCALARS
from loopkube.api.protobuf.wire import BYTES, VARINT
from loopkube.api.scale import SCALE
from loopkube.api.subresources import BODIES
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN, NOT_STORED
from loopkube.upstream import go_types

KINDS = {(kind.api_version, kind.kind): kind for kind in (*BUILT_IN, *NOT_STORED, *BODIES.values(), SCALE)}
SENT = json.loads(Path(__file__).with_name("protobuf_bodies.json").read_bytes())
"""What kubectl 1.32 sent for some commands, and the object that was meant: as printed, where the command can, with
`--dry-run=client -o json`."""


def kind_of(obj: dict) -> Kind:
    return KINDS[obj["apiVersion"], obj["kind"]]


def varint(value: int) -> bytes:
    out, value = b"", value % (1 << 64)
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, value: object) -> bytes:
    """One field: numbers as varints, floats in eight bytes, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | BYTES) + varint(len(content)) + content


def raw_message(*pairs: tuple[int, object]) -> bytes:
    return b"".join(field(number, value) for number, value in pairs)


def envelope(raw: bytes, api_version: str, kind: str) -> bytes:
    named = raw_message((1, api_version), (2, kind))
    return MAGIC + raw_message((1, named), (2, raw), (3, ""), (4, ""))


def body(obj: dict) -> bytes:
    """An object as a client would send it."""
    name = message_of(obj["apiVersion"], obj["kind"])
    assert name is not None
    return envelope(message(obj, name), obj["apiVersion"], obj["kind"])


def message(obj: dict, name: str) -> bytes:
    out = b""
    for number, at in fields(name).items():
        if at.how == "*":
            out += field(number, message(obj, at.type))
        elif obj.get(at.name) is not None:
            out += b"".join(field(number, value) for value in _values(obj[at.name], at))
    return out


def _values(value: object, at: Field) -> list:
    if at.how == "{}":
        return [raw_message((1, key), (2, _wire(item, at.type))) for key, item in value.items()]
    return [_wire(item, at.type) for item in (value if at.how == "[]" else [value])]


def _wire(value: object, kind: str) -> object:
    if kind in SCALARS:
        return base64.b64decode(value) if kind == "bytes" else float(value) if kind == "double" else value
    special = _items if go_types.is_nullable(kind) else _SPECIAL.get(kind)
    return special(value) if special else message(value, kind)


def _items(value: list) -> bytes:
    return raw_message(*((1, item) for item in value))


def _moment(text: str) -> bytes:
    moment = datetime.fromisoformat(text)
    return raw_message((1, int(moment.replace(microsecond=0).timestamp())), (2, moment.microsecond * 1000))


def _int_or_string(value: int | str) -> bytes:
    is_text = isinstance(value, str)
    return raw_message((1, int(is_text)), (2, 0 if is_text else value), (3, value if is_text else ""))


def _json(value: object) -> bytes:
    return raw_message((1, orjson.dumps(value)))


def _schemas(value: list | dict, number: int) -> bytes:
    name = "apiextensions.JSONSchemaProps"
    if isinstance(value, list):
        return raw_message(*((number, item if isinstance(item, str) else message(item, name)) for item in value))
    return raw_message((1, message(value, name)))


def _schema_or_bool(value: bool | dict) -> bytes:
    if isinstance(value, bool):
        return raw_message((1, int(value)))
    return raw_message((1, 1), (2, message(value, "apiextensions.JSONSchemaProps")))


_SPECIAL = {
    "meta.Time": _moment,
    "meta.MicroTime": _moment,
    "meta.FieldsV1": _json,
    "resource.Quantity": lambda value: raw_message((1, value)),
    "intstr.IntOrString": _int_or_string,
    "runtime.RawExtension": _json,
    "apiextensions.JSON": _json,
    "apiextensions.JSONSchemaPropsOrArray": lambda value: _schemas(value, 2),
    "apiextensions.JSONSchemaPropsOrBool": _schema_or_bool,
    "apiextensions.JSONSchemaPropsOrStringArray": lambda value: _schemas(value, 2),
}


def stored(data: bytes, kind: Kind) -> dict:
    """The object as the API takes it from JSON."""
    return json_form.decode(kind, data, "application/json", "Strict")[0]


def received(data: bytes, kind: Kind) -> dict:
    """The object as the API takes it from protobuf."""
    return stored(protobuf.to_json(data, kind), kind)
