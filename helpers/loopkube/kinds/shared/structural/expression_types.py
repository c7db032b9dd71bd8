"""What a schema is to expressions: the type of `self` for the checker, and values as this type has them."""

import base64
import binascii
from datetime import date

from loopkube.kinds.shared.structural.schema import EMBEDDED, INT_OR_STRING, Schema
from loopkube.shared.cel.escaping import escaped
from loopkube.shared.cel.messages import DYN, Types
from loopkube.shared.cel.times import duration, timestamp
from loopkube.shared.cel.values import EvalError, KeyedList, SetList

_STRINGS = {"byte": "bytes", "duration": "duration", "date": "timestamp", "date-time": "timestamp"}
_PLAIN = {"boolean": "bool", "number": "double", "integer": "int"}
_META = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
_NAMES = {"name": {"type": "string"}, "generateName": {"type": "string"}}


def with_metadata(schema: Schema) -> Schema:
    """The schema of a whole resource: its kind and name can always be asked for."""
    metadata = {"type": "object", "properties": _NAMES}
    return schema | {"type": "object", "properties": (schema.get("properties") or {}) | _META | {"metadata": metadata}}


def type_of(schema: Schema, types: Types, *, resource: bool = False) -> str:
    """The type that the checker knows the schema by; nothing, where expressions cannot see such values."""
    if schema.get(INT_OR_STRING):
        return DYN
    if resource:
        schema = with_metadata(schema)
    kind = schema.get("type", "")
    if kind == "array":
        inner = _inner_type(schema.get("items"), types)
        return f"list<{inner}>" if inner else ""
    if kind == "object":
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            inner = _inner_type(more, types)
            return f"map<string,{inner}>" if inner else ""
        return types.message("Object", _fields(schema, types))
    if kind == "string":
        return _STRINGS.get(schema.get("format", ""), "string")
    return _PLAIN.get(kind, "")


def _inner_type(schema: object, types: Types) -> str:
    return type_of(schema, types, resource=bool(schema.get(EMBEDDED))) if isinstance(schema, dict) else ""


def _fields(schema: Schema, types: Types) -> dict[str, str]:
    fields = {}
    for name, inner in (schema.get("properties") or {}).items():
        type, spelled = _inner_type(inner, types), escaped(name)
        if type and spelled:
            fields[spelled] = type
    return fields


def typed(value: object, schema: Schema) -> object:
    """The value as expressions compute with it."""
    if value is None or schema.get(INT_OR_STRING):
        return value
    if isinstance(value, list):
        return _list(value, schema)
    if isinstance(value, dict):
        return _object(value, schema)
    if isinstance(value, str):
        return _text(value, schema.get("format", ""))
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return int(value) if schema.get("type") == "integer" and isinstance(value, float) else value


def _list(values: list, schema: Schema) -> list:
    items = schema.get("items") or {}
    members = [typed(value, items) for value in values]
    list_type = schema.get("x-kubernetes-list-type")
    if list_type == "set":
        return SetList(members)
    if list_type != "map":
        return members
    keyed = KeyedList(members)
    keyed.keys = tuple(escaped(key) or key for key in schema.get("x-kubernetes-list-map-keys") or ())
    return keyed


def _object(value: dict, schema: Schema) -> dict:
    more, properties = schema.get("additionalProperties"), schema.get("properties") or {}
    if isinstance(more, dict):
        return {name: typed(inner, more) for name, inner in value.items()}
    if schema.get(EMBEDDED):
        properties = with_metadata(schema)["properties"]
    members = {}
    for name, inner in value.items():
        spelled = escaped(name)
        if name in properties and spelled:
            members[spelled] = typed(inner, properties[name])
    return members


def _text(value: str, form: str) -> object:
    try:
        if form == "date-time":
            return timestamp(value)
        if form == "date":
            return timestamp(f"{date.fromisoformat(value)}T00:00:00Z")
        if form == "duration":
            return duration(value)
        return base64.b64decode(value) if form == "byte" else value
    except (EvalError, ValueError, binascii.Error):
        return value
