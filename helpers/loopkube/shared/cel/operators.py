"""Operators: arithmetic within 64 bits, comparisons, `in`."""

import math
from collections.abc import Callable

from loopkube.shared.cel.values import Duration, EvalError, Fields, Timestamp, Uint, equal, is_number, no_overload

_INT, _UINT = (-(1 << 63), (1 << 63) - 1), (0, (1 << 64) - 1)
_DURATION_LIMIT = (1 << 63) - 1


def ranged(value: int, unsigned: bool) -> int:
    """The integer, where it has 64 bits."""
    low, high = _UINT if unsigned else _INT
    if not low <= value <= high:
        raise EvalError("unsigned integer overflow" if unsigned else "integer overflow")
    return Uint(value) if unsigned else value


def _same_numbers(one: object, other: object) -> bool:
    return is_number(one) and type(one) is type(other)


def add(one, other):
    """Numbers of one type, text, bytes, lists, times and durations. Raises EvalError: no overload, overflow."""
    if isinstance(one, float) and isinstance(other, float):
        return one + other
    if _same_numbers(one, other):
        return ranged(int(one) + int(other), isinstance(one, Uint))
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    if type(one) is type(other) and isinstance(one, str | bytes):
        return one + other
    if isinstance(one, Duration) and isinstance(other, Duration):
        return _duration(one.ns + other.ns)
    if isinstance(one, Timestamp) and isinstance(other, Duration):
        return Timestamp(one.ns + other.ns)
    if isinstance(one, Duration) and isinstance(other, Timestamp):
        return Timestamp(one.ns + other.ns)
    raise no_overload()


def _duration(ns: int) -> Duration:
    if abs(ns) > _DURATION_LIMIT:
        raise EvalError("duration overflow")
    return Duration(ns)


def subtract(one, other):
    """Numbers of one type, times and durations. Raises EvalError: no overload, overflow."""
    if isinstance(one, float) and isinstance(other, float):
        return one - other
    if _same_numbers(one, other):
        return ranged(int(one) - int(other), isinstance(one, Uint))
    if isinstance(one, Timestamp | Duration) and isinstance(other, Duration):
        return Timestamp(one.ns - other.ns) if isinstance(one, Timestamp) else _duration(one.ns - other.ns)
    if isinstance(one, Timestamp) and isinstance(other, Timestamp):
        return _duration(one.ns - other.ns)
    raise no_overload()


def multiply(one, other):
    """Numbers of one type. Raises EvalError: no overload, overflow."""
    if isinstance(one, float) and isinstance(other, float):
        return one * other
    if _same_numbers(one, other):
        return ranged(int(one) * int(other), isinstance(one, Uint))
    raise no_overload()


def divide(one, other):
    """Integers are cut towards zero, as in Go. Raises EvalError for a zero; a double gives infinity."""
    if isinstance(one, float) and isinstance(other, float):
        if other:
            return one / other
        return math.nan if not one or one != one else math.copysign(math.inf, one) * math.copysign(1, other)
    if not _same_numbers(one, other):
        raise no_overload()
    if not other:
        raise EvalError("division by zero")
    size = abs(int(one)) // abs(int(other))
    return ranged(size if (one < 0) == (other < 0) else -size, isinstance(one, Uint))


def modulo(one, other):
    """The sign is the first number's, as in Go. Raises EvalError for a zero."""
    if not _same_numbers(one, other) or isinstance(one, float):
        raise no_overload()
    if not other:
        raise EvalError("modulus by zero")
    rest = abs(int(one)) % abs(int(other))
    return ranged(-rest if one < 0 else rest, isinstance(one, Uint))


def negate(value):
    if isinstance(value, float):
        return -value
    if type(value) is int:
        return ranged(-value, False)
    raise no_overload()


def invert(value):
    if isinstance(value, bool):
        return not value
    raise no_overload()


def _comparable(one: object, other: object) -> bool:
    if is_number(one):
        return is_number(other)
    return type(one) is type(other) and isinstance(one, str | bytes | bool | Timestamp | Duration)


def comparison(test: Callable[[object, object], bool]) -> Callable[[object, object], bool]:
    """`<` and its kin: numbers of any two types, or two values of one type. Raises EvalError."""

    def compare(one, other):
        if not _comparable(one, other):
            raise no_overload()
        return test(one, other)

    return compare


def contained(item, values):
    """`item in values`: an item of a list, or a key of a map."""
    if isinstance(values, dict):
        return isinstance(item, str | int) and item in values
    if isinstance(values, Fields):
        return isinstance(item, str) and values.has(item)
    if isinstance(values, list):
        return any(equal(item, value) for value in values)
    raise no_overload()


OPERATORS: dict[str, Callable] = {
    "_+_": add,
    "_-_": subtract,
    "_*_": multiply,
    "_/_": divide,
    "_%_": modulo,
    "-_": negate,
    "!_": invert,
    "_==_": equal,
    "_!=_": lambda one, other: not equal(one, other),
    "_<_": comparison(lambda a, b: a < b),  # type: ignore[operator]
    "_<=_": comparison(lambda a, b: a <= b),  # type: ignore[operator]
    "_>_": comparison(lambda a, b: a > b),  # type: ignore[operator]
    "_>=_": comparison(lambda a, b: a >= b),  # type: ignore[operator]
    "@in": contained,
    "_in_": contained,
}
