"""One decoder per scalar type: takes the JSON value, returns what the API stores, or raises.

Each is called as `decode(value)`; null never comes here. Texts are those of Go's decoder and of the types' own parsers.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime

from loopkube.api.decoding.errors import TypeMismatch, ValueProblem
from loopkube.shared import quantity

Leaf = Callable[[object], object]

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def string(go_type: str = "string") -> Leaf:
    """Reads a string, as encoding/json does; `go_type` is what its error calls the type."""

    def decode(value: object) -> object:
        if type(value) is not str:
            raise TypeMismatch(value, go_type)
        return value

    return decode


def integer(bits: int) -> Leaf:
    """Reads an int32 or int64; a JSON number with a fraction (1.0) is refused, as in Go."""
    low, high, go_type = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, f"int{bits}"

    def decode(value: object) -> object:
        if type(value) is not int or not low <= value <= high:
            raise TypeMismatch(value, go_type)
        return value

    return decode


def boolean(value: object) -> object:
    """Raises TypeMismatch for anything but true and false, "true" included."""
    if type(value) is not bool:
        raise TypeMismatch(value, "bool")
    return value


def number(value: object) -> object:
    """Raises TypeMismatch for what float64 cannot hold; in Python a bool is an int, in JSON it is not a number."""
    if type(value) is bool or not isinstance(value, int | float):
        raise TypeMismatch(value, "float64")
    return value


def raw(value: object) -> object:
    return value


def content(value: object) -> object:
    """`[]byte`: base64 text, kept as text."""
    if type(value) is not str:
        raise TypeMismatch(value, "[]uint8")
    text = value.replace("\r", "").replace("\n", "")
    good = _BASE64.match(text).end()  # type: ignore[union-attr]
    if good != len(text) or len(text) % 4:
        raise ValueProblem(f"illegal base64 data at input byte {_first_bad_byte(text, good)}")
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueProblem(f"illegal base64 data at input byte {good}") from None
    return text


def _first_bad_byte(text: str, good: int) -> int:
    """Go reports the offending byte, or the start of the last quantum where the input ends too early."""
    return good if good != len(text) else len(text) - len(text) % 4


def int_or_string(value: object) -> object:
    """An IntOrString (apimachinery pkg/util/intstr): a string, or a number within int32. Raises ValueProblem."""
    if type(value) is str:
        return value
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise ValueProblem(str(TypeMismatch(value, "int32")))
    return value


def amount(value: object) -> object:
    """A Quantity, in its canonical form."""
    if type(value) is not str and (type(value) is bool or not isinstance(value, int | float)):
        raise ValueProblem(quantity.SYNTAX)
    try:
        return quantity.canonical(str(value))
    except ValueError as error:
        raise ValueProblem(str(error)) from None


def time(value: object) -> object:
    """metav1.Time: whole seconds in UTC."""
    return _parsed(value).isoformat(timespec="seconds") + "Z"


def micro_time(value: object) -> object:
    """A MicroTime, with six digits after the second whatever was sent (apimachinery pkg/apis/meta/v1/micro_time.go)."""
    return _parsed(value).isoformat(timespec="microseconds") + "Z"


def _parsed(value: object) -> datetime:
    """In UTC, and without saying so."""
    if type(value) is not str:
        raise ValueProblem(str(TypeMismatch(value, "string")))
    if _RFC3339.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise ValueProblem(f'parsing time "{value}": day out of range') from None
    layout = "2006-01-02T15:04:05Z07:00"
    raise ValueProblem(f'parsing time "{value}" as "{layout}": cannot parse "{value}" as "2006"')


BY_DEFINITION: dict[str, tuple[Leaf, str, object]] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": (amount, "resource.Quantity", "0"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": (int_or_string, "intstr.IntOrString", 0),
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": (time, "v1.Time", None),
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": (micro_time, "v1.MicroTime", None),
}
"""Definitions that are scalars: decoder, Go's name, zero value."""
