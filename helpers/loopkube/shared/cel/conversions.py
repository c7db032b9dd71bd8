"""`int(x)`, `string(x)` and their like; optional values, base64, sets."""

import base64
import math
from collections.abc import Callable

from loopkube.shared.cel import times
from loopkube.shared.cel.networks import Cidr, Ip
from loopkube.shared.cel.operators import ranged
from loopkube.shared.cel.values import (
    NONE,
    Duration,
    EvalError,
    Maybe,
    Timestamp,
    TypeValue,
    Uint,
    equal,
    no_overload,
    type_name,
)

_SECOND = times.SECOND
_TRUE, _FALSE = ("1", "t", "true", "TRUE", "True", "T"), ("0", "f", "false", "FALSE", "False", "F")


def go_float(value: float) -> str:
    """A double as Go prints it: `1`, `0.5`, `1e+21`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    if exponent:
        return f"{mantissa}e{power[0] if power[0] in '+-' else '+'}{power.lstrip('+-').zfill(2)}"
    return mantissa


def to_int(value):
    """A Timestamp in seconds since 1970; a double cut towards zero. Raises EvalError beyond 64 bits."""
    if isinstance(value, Timestamp):
        return value.ns // _SECOND
    if isinstance(value, float):
        if not -(2**63) < value < 2**63:
            raise EvalError("integer overflow")
        return int(value)
    if isinstance(value, str):
        return _parsed(value, False)
    return ranged(int(_number(value)), False)


def to_uint(value):
    """Raises EvalError below zero and beyond 64 bits."""
    if isinstance(value, float):
        if not 0 <= value < 2**64:
            raise EvalError("unsigned integer overflow")
        return Uint(int(value))
    return _parsed(value, True) if isinstance(value, str) else ranged(int(_number(value)), True)


def _parsed(text: str, unsigned: bool) -> int:
    try:
        if not text.lstrip("+-").isdigit() or not text.isascii():
            raise ValueError(text)
        return ranged(int(text), unsigned)
    except (ValueError, EvalError):
        name = "ParseUint" if unsigned else "ParseInt"
        why = "value out of range" if text.lstrip("+-").isdigit() else "invalid syntax"
        raise EvalError(f'strconv.{name}: parsing "{text}": {why}') from None


def _number(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise no_overload()
    return value


def to_double(value):
    """Raises EvalError in the words of Go's ParseFloat."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise EvalError(f'strconv.ParseFloat: parsing "{value}": invalid syntax') from None
    return float(_number(value))


def to_string(value):
    """As Go spells it: `1e+06`, `true`, RFC 3339 for times. Raises EvalError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return go_float(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise EvalError("invalid UTF-8 in bytes, cannot convert to string") from None
    for kind, text in _TEXTS.items():
        if isinstance(value, kind):
            return text(value)
    raise no_overload()


_TEXTS: dict[type, Callable] = {Timestamp: times.stamp, Duration: times.in_seconds, Ip: str, Cidr: str}


def to_bool(value):
    """From the spellings of Go's ParseBool; raises EvalError."""
    if isinstance(value, bool):
        return value
    if value in _TRUE or value in _FALSE:
        return value in _TRUE
    raise EvalError(f'strconv.ParseBool: parsing "{value}": invalid syntax')


def to_timestamp(value):
    """From RFC 3339, or seconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Timestamp(value * _SECOND)
    return value if isinstance(value, Timestamp) else times.timestamp(value)


def to_duration(value):
    """From Go's spelling (`1h30m`), or nanoseconds."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Duration(value)
    return value if isinstance(value, Duration) else times.duration(value)


def size(value):
    """Characters of a string, not bytes; bytes, items or keys of the others."""
    if isinstance(value, str | bytes | list | dict):
        return len(value)
    raise no_overload()


def _optional_of_nonzero(value):
    empty = value is None or (isinstance(value, str | bytes | list | dict | int | float) and not value)
    return NONE if empty else Maybe(True, value)


def _value(optional):
    if not optional.present:
        raise EvalError("optional.none() dereference")
    return optional.value


def _decode(text):
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise EvalError(str(error)) from None


CONVERSIONS: dict[str, Callable] = {
    "int": to_int,
    "uint": to_uint,
    "double": to_double,
    "string": to_string,
    "bool": to_bool,
    "bytes": lambda value: value.encode() if isinstance(value, str) else bytes(value),
    "dyn": lambda value: value,
    "type": lambda value: TypeValue(type_name(value)),
    "timestamp": to_timestamp,
    "duration": to_duration,
    "size": size,
    "optional.of": lambda value: Maybe(True, value),
    "optional.none": lambda: NONE,
    "optional.ofNonZeroValue": _optional_of_nonzero,
    "hasValue": lambda optional: optional.present,
    "value": _value,
    "base64.encode": lambda value: base64.b64encode(value).decode(),
    "base64.decode": _decode,
    "sets.contains": lambda one, other: all(any(equal(x, y) for y in one) for x in other),
    "sets.intersects": lambda one, other: any(equal(x, y) for x in one for y in other),
    "sets.equivalent": lambda one, other: (
        all(any(equal(x, y) for y in one) for x in other) and all(any(equal(x, y) for y in other) for x in one)
    ),
}
