"""What the OpenAPI schema does not tell about Kubernetes' Go types, read from `types.json` (made by `generate`).

Structs are named by package, as `core.Container`. A field of an embedded struct is a field of the struct around it,
as in JSON. An unknown struct is a KeyError: its package is to be added to `generate.PACKAGES`.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

_ZERO: dict[str, object] = {"string": "", "bool": False, "int": 0, "int32": 0, "int64": 0, "float64": 0}
"""The scalars, and Go's zero value of each."""
_MARSHALLED: dict[str, object] = {
    "meta.Time": None,
    "meta.MicroTime": None,
    "meta.FieldsV1": None,
    "intstr.IntOrString": 0,
    "resource.Quantity": "0",
    "runtime.RawExtension": None,
    "apiextensions.JSON": None,
}
"""Structs whose JSON is made by code of theirs (MarshalJSON), not by tags: the JSON of their zero value."""
_TYPE_META = "meta.TypeMeta"
_NAME = re.compile(r"([\w/]+)\.(\w+)")
_UNVERSIONED = ("types", "intstr", "resource", "runtime")


class Field(NamedTuple):
    """One field as Go declares it. `name` is `*` for an embedded struct; `number` is that of its protobuf form."""

    name: str
    type: str
    number: int
    omitempty: bool
    omitzero: bool

    @property
    def pointer(self) -> bool:
        """A pointer can be absent; other fields have a zero value, which is sent or left out by `omitempty`."""
        return self.type.startswith("*")

    @property
    def base(self) -> str:
        """The type behind pointer, list or map: `core.ContainerPort` of `[]core.ContainerPort`."""
        return self.type.rpartition("]")[2].lstrip("*")


@cache
def _table() -> dict[str, dict[str, str]]:
    """About 1 ms, once per process."""
    return orjson.loads(Path(__file__).with_name("types.json").read_bytes())


def version() -> str:
    """The tag of the Go modules that the table was made from, as `v0.36.2`."""
    return str(_table()["version"])


def structs() -> list[str]:
    return list(_table()["structs"])


def is_struct(name: str) -> bool:
    return name in _table()["structs"]


def struct_of(definition: str) -> str:
    """`core.Container` of the schema's `io.k8s.api.core.v1.Container`."""
    *_, package, api_version, name = definition.split(".")
    return f"{package}.{name}" if api_version == "v1" else f"{package}/{api_version}.{name}"


@cache
def fields(struct: str) -> tuple[Field, ...]:
    """The fields of a struct in Go's order, embedded structs as `*`."""
    made = []
    for line in filter(None, _table()["structs"][struct].split(", ")):
        name, kind, number, *flags = line.split()
        made.append(Field(name, kind, int(number), "omitempty" in flags, "omitzero" in flags))
    return tuple(made)


def underlying(kind: str) -> str:
    """What a named type is made of: `string` of `core.Protocol`; any other type is itself."""
    return _table()["named"].get(kind, kind)


def is_nullable(kind: str) -> bool:
    """Whether a list with a name of its own may be null: protobuf sends it as a message, with the items as field 1."""
    return kind in _table()["nullable"]


def flat(struct: str) -> Iterator[tuple[Field, str]]:
    """(field, Go's name of the embedded struct that it comes from, or ``), as JSON shows them."""
    for field in fields(struct):
        if field.name != "*":
            yield field, ""
        elif field.base != _TYPE_META:
            for inner, _ in flat(field.base):
                yield inner, field.base.rpartition(".")[2]


def dropped(struct: str) -> set[str]:
    """Scalars, lists and maps that JSON leaves out when they are zero or empty (`omitempty`, and no pointer)."""
    return {f.name for f, _ in flat(struct) if f.omitempty and not f.pointer and not _by_value(f)}


def embedded(struct: str) -> dict[str, str]:
    """{field: Go's name of the embedded struct that it belongs to}, which Go's decoder puts into its messages."""
    return {field.name: outer for field, outer in flat(struct) if outer}


def printed(struct: str) -> dict[str, str]:
    """{field: its type as Go prints it}: `v1.Protocol`, `[]v1.Capability`, `map[string]string`."""
    return {field.name: _NAME.sub(_go_name, field.type.lstrip("*")) for field, _ in flat(struct)}


def _go_name(match: re.Match) -> str:
    package, name = match.groups()
    return match[0] if package in _UNVERSIONED else f"{package.partition('/')[2] or 'v1'}.{name}"


@cache
def always(struct: str) -> dict[str, object]:
    """{field: value} of what an object shows although nobody set it: structs by value, fields without `omitempty`."""
    return {f.name: _zero(f) for f, _ in flat(struct) if not (f.pointer or f.omitzero) and _is_shown(f)}


def _is_shown(field: Field) -> bool:
    """Go's omitempty never leaves out a struct."""
    return not field.omitempty or _by_value(field)


def _by_value(field: Field) -> bool:
    return field.type == field.base and underlying(field.base) not in _ZERO and "]" not in underlying(field.base)


def _zero(field: Field) -> object:
    if _by_value(field):
        return _MARSHALLED.get(field.base, {})
    return _ZERO.get(underlying(field.type))


def enums(struct: str) -> dict[str, tuple[str, ...]]:
    """{field: the values that it can have}, for fields of an enumerated type (`+enum` in its source)."""
    kinds = _table()["enums"]
    scalars = ((field.name, field.type.lstrip("*")) for field, _ in flat(struct))
    return {name: tuple(kinds[kind].split()) for name, kind in scalars if kind in kinds}
