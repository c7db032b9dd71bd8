"""Which number means which field: from the Go types of `loopkube.upstream`, made at the first body of a kind.

Numbers are never used twice, so bodies of older and newer clients are read too. `OWN` are the messages whose bytes are
written by code of their own in Go (Marshal methods), so that no struct tag tells their numbers. A test holds names and
types against the OpenAPI schema.
"""

from functools import cache
from typing import NamedTuple

from loopkube.kinds.registry import SPECS
from loopkube.upstream import go_types

PACKAGES = {spec.kind.api_version: go_types.struct_of(spec.kind.schema).rpartition(".")[0] for spec in SPECS.values()}
"""{`autoscaling/v2`: the package of its messages}."""
_OF_EVERY_GROUP = ("DeleteOptions", "Status")


class Field(NamedTuple):
    """`how` is empty, `[]` (repeated), `{}` (a map from strings) or `*` (its fields stand in its parent's JSON).

    `type` is one of `values.SCALARS`, or a message with its package.
    """

    name: str
    how: str
    type: str


_TIME = {1: Field("seconds", "", "int64"), 2: Field("nanos", "", "int32")}
_RAW = {1: Field("raw", "", "raw")}
_ITEMS = {1: Field("items", "[]", "string")}
_SCHEMA = "apiextensions.JSONSchemaProps"
OWN: dict[str, dict[int, Field]] = {
    "meta.Time": _TIME,
    "meta.MicroTime": _TIME,
    "resource.Quantity": {1: Field("string", "", "string")},
    "intstr.IntOrString": {
        1: Field("type", "", "int64"),
        2: Field("intVal", "", "int32"),
        3: Field("strVal", "", "string"),
    },
    # JSON as it is.
    "apiextensions.JSON": _RAW,
    "meta.FieldsV1": _RAW,
    "runtime.RawExtension": _RAW,
    # One of two forms, of which JSON shows the content only.
    "apiextensions.JSONSchemaPropsOrArray": {1: Field("schema", "", _SCHEMA), 2: Field("jSONSchemas", "[]", _SCHEMA)},
    "apiextensions.JSONSchemaPropsOrBool": {1: Field("allows", "", "bool"), 2: Field("schema", "", _SCHEMA)},
    "apiextensions.JSONSchemaPropsOrStringArray": {
        1: Field("schema", "", _SCHEMA),
        2: Field("property", "[]", "string"),
    },
    # The envelope, which is never JSON.
    "runtime.TypeMeta": {1: Field("apiVersion", "", "string"), 2: Field("kind", "", "string")},
    "runtime.Unknown": {
        1: Field("typeMeta", "", "runtime.TypeMeta"),
        2: Field("raw", "", "raw"),
        3: Field("contentEncoding", "", "string"),
        4: Field("contentType", "", "string"),
    },
}
_BYTES = ("[]byte", "[]uint8")
_SCALARS = {"int": "int64", "float64": "double"}
"""Protobuf's name of a scalar, where it is not Go's."""


def message_of(api_version: str, kind: str) -> str | None:
    """The message of a kind, where there is one."""
    package = "meta" if kind in _OF_EVERY_GROUP else PACKAGES.get(api_version)
    message = f"{package}.{kind}"
    return message if go_types.is_struct(message) else None


@cache
def fields(message: str) -> dict[int, Field]:
    """{number: field}; fields without a number are not sent."""
    if go_types.is_nullable(message):
        return _ITEMS
    return OWN.get(message) or {field.number: _field(field) for field in go_types.fields(message) if field.number}


def _underlying(kind: str) -> str:
    """What a type is made of, as far as no message of its own stands between."""
    return kind if kind in OWN or go_types.is_nullable(kind) else go_types.underlying(kind)


def _field(field: go_types.Field) -> Field:
    if field.name == "*":
        return Field("", "*", field.base)
    kind = _underlying(field.type.lstrip("*"))
    if kind in _BYTES:
        return Field(field.name, "", "bytes")
    how = "[]" if kind.startswith("[]") else "{}" if kind.startswith("map[") else ""
    return Field(field.name, how, _type(kind.removeprefix("[]") if how == "[]" else kind.partition("]")[2] or kind))


def _type(kind: str) -> str:
    """Of an item, a map's value or a single value."""
    kind = kind.lstrip("*")
    if kind in _BYTES:
        return "bytes"
    underlying = _underlying(kind)
    return _SCALARS.get(underlying, underlying)
