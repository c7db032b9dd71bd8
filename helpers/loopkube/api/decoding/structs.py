"""The decoders of whole kinds, compiled once per definition of the upstream schema.

Decoding makes a new object: unknown fields and nulls are left out, zero values are dropped where Go's `omitempty`
drops them, and what Go always prints is added. Unknown fields are only counted on the way (`seen`), so that the
common case needs no paths; `problems` walks again to name them.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from loopkube.api.decoding import leaves, strict
from loopkube.api.decoding.errors import TypeMismatch
from loopkube.upstream import go_types, schema

Decoder = Callable[[object, list], object]


class Type(NamedTuple):
    """A compiled type: its decoder, Go's name for it, its zero value, and what is below (for unknown paths)."""

    decode: Decoder
    go: str
    zero: object = None
    struct: "Struct | None" = None
    inner: "Type | None" = None


class Struct:
    """One Go struct. Its fields are compiled at first use: schemas may be recursive."""

    def __init__(self, definition: str) -> None:
        self.definition = definition
        _, version, self.name = definition.rsplit(".", 2)
        self.go = f"{version}.{self.name}"
        self.types: dict[str, Type] = {}
        self._embedded: dict[str, str] = {}
        self._fields: dict[str, tuple[Decoder, bool]] = {}
        self._always: tuple[tuple[str, object, Decoder | None], ...] = ()

    def compile(self) -> None:
        """Makes the table of fields; at the first use, since most types of the schema are never decoded."""
        properties = schema.definition(self.definition)["properties"]
        struct = go_types.struct_of(self.definition)
        printed, dropped = go_types.printed(struct), go_types.dropped(struct)
        self.types = {field: _type(at, printed.get(field, "")) for field, at in properties.items()}
        self._embedded = go_types.embedded(struct)
        self._always = tuple(self._always_there(go_types.always(struct)))
        # last: another thread that sees them takes everything for compiled
        self._fields = {field: (kind.decode, field in dropped) for field, kind in self.types.items()}

    def _always_there(self, always: dict[str, object]) -> Iterator[tuple[str, object, Decoder | None]]:
        """Without the nulls of lists that the schema requires: an object without such a list is refused."""
        required = schema.definition(self.definition).get("required", ())
        for field, value in always.items():
            if value is not None or self.types[field].zero is None or field not in required:
                yield field, value, self.types[field].decode if value == {} else None

    def decode(self, value: object, seen: list) -> dict:
        """The object as this type holds it. Fills `seen` with unknown fields; raises TypeMismatch where Go's decoder
        gives up."""
        if type(value) is not dict:
            raise TypeMismatch(value, self.go)
        if not self._fields:
            self.compile()
        out: dict = {}
        fields = self._fields
        key = ""
        try:
            for key, item in value.items():
                field = fields.get(key)
                if field is None:
                    seen.append(key)
                elif item is not None:
                    decoded = field[0](item, seen)
                    if decoded or not field[1]:
                        out[key] = decoded
        except TypeMismatch as mismatch:
            mismatch.within(self.name, self._go_path(key))
            raise
        for key, zero, complete in self._always:
            if key not in out:
                out[key] = complete({}, seen) if complete else zero
        return out

    def _go_path(self, field: str) -> str:
        outer = self._embedded.get(field)
        return f"{outer}.{field}" if outer else field

    def problems(self, value: object, path: str = "") -> Iterator[str]:
        """Fields that the schema does not have, and fields that stand twice, in the order of the document."""
        if not self._fields:
            self.compile()
        names: set[str] = set()
        for key, item in strict.pairs(value):
            here = strict.at(path, key)
            if key not in self.types:
                yield strict.unknown(here)
                continue
            if key in names:
                yield strict.duplicate(here)
            names.add(key)
            yield from _problems(self.types[key], item, here)


def _problems(kind: Type, value: object, path: str) -> Iterator[str]:
    if kind.struct:
        yield from kind.struct.problems(value, path)
    elif not kind.inner:
        yield from strict.doubled(value, path)
    else:
        names: set[str] = set()
        for key, item in strict.pairs(value):
            if key in names:
                yield strict.duplicate(f"{path}.{key}")
            names.add(key)
            yield from _problems(kind.inner, item, f"{path}.{key}")
        for index, item in enumerate(strict.items(value)):
            yield from _problems(kind.inner, item, f"{path}[{index}]")


@cache
def struct(definition: str) -> Struct:
    """The type of an OpenAPI definition, one for all who ask: types refer to each other, in circles as well."""
    return Struct(definition)


def _type(at: dict, go: str) -> Type:
    """The compiled type of a field, a list's items or a map's values: declared by the schema, printed as `go`."""
    reference = at.get("$ref", "").removeprefix("#/$defs/")
    if reference:
        return _referenced(reference)
    declared = at.get("type", "")
    kind = next((t for t in declared if t != "null"), "") if isinstance(declared, list) else declared
    if kind == "array":
        return _list(_type(at.get("items", {}), go.removeprefix("[]") if go.startswith("[]") else ""), go)
    if kind == "object" and isinstance(at.get("additionalProperties"), dict):
        return _map(_type(at["additionalProperties"], go.partition("]")[2] if go.startswith("map[") else ""), go)
    return _scalar(kind, at.get("format", ""), go)


def _referenced(reference: str) -> Type:
    if reference in leaves.BY_DEFINITION:
        leaf, go, zero = leaves.BY_DEFINITION[reference]
        return Type(lambda value, seen: leaf(value), go, zero)
    if "properties" in schema.definition(reference):
        target = struct(reference)
        return Type(target.decode, target.go, {}, target)
    return Type(lambda value, seen: value, "interface {}")


def _scalar(kind: str, form: str, go: str) -> Type:
    if kind == "string" and form == "byte":
        return Type(lambda value, seen: leaves.content(value), "[]uint8", "")
    if kind == "string":
        text = leaves.string(go or "string")
        return Type(lambda value, seen: text(value), go or "string", "")
    if kind == "integer":
        whole = leaves.integer(32 if form == "int32" else 64)
        return Type(lambda value, seen: whole(value), f"int{32 if form == 'int32' else 64}", 0)
    if kind == "boolean":
        return Type(lambda value, seen: leaves.boolean(value), "bool", False)
    if kind == "number":
        return Type(lambda value, seen: leaves.number(value), "float64", 0)
    return Type(lambda value, seen: value, "interface {}")


def _list(inner: Type, go: str) -> Type:
    go = go or f"[]{inner.go}"
    each = inner.decode
    zero = inner.zero

    def decode(value: object, seen: list) -> object:
        if type(value) is not list:
            raise TypeMismatch(value, go)
        if zero == {} and inner.struct:
            return [each({} if item is None else item, seen) for item in value]
        return [zero if item is None else each(item, seen) for item in value]

    return Type(decode, go, [], None, inner)


def _map(inner: Type, go: str) -> Type:
    go = go or f"map[string]{inner.go}"
    each = inner.decode
    zero = inner.zero

    def decode(value: object, seen: list) -> object:
        if type(value) is not dict:
            raise TypeMismatch(value, go)
        return {key: zero if item is None else each(item, seen) for key, item in value.items()}

    return Type(decode, go, {}, None, inner)
