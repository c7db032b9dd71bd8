"""What an expression computes with beside Python's own values, their equality and the names of their types."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

Ask = Callable[[dict, dict], tuple[bool, str]]
"""What `authorizer` asks: (user, attributes of a SubjectAccessReview) -> (allowed, reason)."""


class EvalError(Exception):
    """The expression has no value; the text is cel-go's."""


class CostExceeded(Exception):
    """The expression has cost more than it may."""

    def __init__(self) -> None:
        super().__init__("operation cancelled: actual cost limit exceeded")


class Uint(int):
    """An unsigned integer."""


class Opaque:
    """A value that only functions look into; `cel_type` is the name of its type."""

    cel_type: ClassVar[str]


@dataclass(frozen=True, order=True)
class Timestamp(Opaque):
    ns: int
    cel_type: ClassVar[str] = "google.protobuf.Timestamp"


@dataclass(frozen=True, order=True)
class Duration(Opaque):
    ns: int
    cel_type: ClassVar[str] = "google.protobuf.Duration"


@dataclass(frozen=True)
class Maybe(Opaque):
    """An optional value."""

    present: bool
    value: object = None
    cel_type: ClassVar[str] = "optional_type"


NONE = Maybe(False)


@dataclass(frozen=True)
class TypeValue(Opaque):
    name: str
    cel_type: ClassVar[str] = "type"


class Fields:
    """A value with fields that are looked up one by one."""

    def field(self, name: str) -> object:
        """Raises EvalError where there is none."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        raise NotImplementedError


class Struct(dict):
    """An object that an expression has made: `Object.spec{...}`, `JSONPatch{...}`."""

    type_name = ""


class KeyedList(list):
    """A list of type map: items are found again by their keys (`x-kubernetes-list-map-keys`)."""

    keys: tuple[str, ...] = ()

    def key_of(self, item: object) -> tuple:
        """The values of the list's keys, which tell one item from another."""
        return tuple(item.get(key) for key in self.keys) if isinstance(item, dict) else (item,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list) or len(self) != len(other):
            return False
        others = {self.key_of(item): item for item in other}
        return all(self.key_of(item) in others and equal(item, others[self.key_of(item)]) for item in self)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: list) -> "KeyedList":  # type: ignore[override]
        later = {self.key_of(item): item for item in other}
        merged = [later.pop(self.key_of(item), item) for item in self]
        result = type(self)([*merged, *later.values()])
        result.keys = self.keys
        return result


class SetList(KeyedList):
    """A list of type set: the order does not matter."""

    def key_of(self, item: object) -> tuple:
        """With the type, for 1 and true are not one item."""
        return (type(item).__name__, item)


_NAMES = {
    type(None): "null_type",
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
}


def type_name(value: object) -> str:
    """The name of the value's type as expressions know it."""
    known = _NAMES.get(type(value))
    if known:
        return known
    if isinstance(value, Struct) and value.type_name:
        return value.type_name
    if isinstance(value, dict | Fields):
        return "map"
    return "list" if isinstance(value, list) else getattr(value, "cel_type", "dyn")


def is_number(value: object) -> bool:
    """A boolean is none, though Python says so."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(one: object, other: object) -> bool:
    """CEL's equality: numbers by amount, lists and maps by their items; values of other types are never equal."""
    if one is other:
        return not (isinstance(one, float) and one != one)
    if is_number(one):
        return is_number(other) and one == other
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    if isinstance(one, KeyedList):
        return one == other
    if isinstance(one, list):
        if isinstance(other, KeyedList):
            return other == one
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(equal(a, b) for a, b in zip(one, other, strict=True))
        )
    if isinstance(one, Maybe):
        return isinstance(other, Maybe) and one.present == other.present and equal(one.value, other.value)
    return type(one) is type(other) and one == other


def no_overload() -> EvalError:
    """In cel-go's words."""
    return EvalError("no such overload")


def no_key(key: object) -> EvalError:
    """In cel-go's words."""
    return EvalError(f"no such key: {key}")
