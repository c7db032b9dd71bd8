"""Quantities and semantic versions as values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from loopkube.shared.cel.networks import succeeds
from loopkube.shared.cel.values import EvalError, Opaque, no_overload
from loopkube.shared.quantity import parse

_NUMBER = r"(?:0|[1-9]\d*)"
_SEMVER = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-((?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)


@dataclass(frozen=True)
class Quantity(Opaque):
    amount: Decimal
    cel_type: ClassVar[str] = "kubernetes.Quantity"


@dataclass(frozen=True)
class Semver(Opaque):
    numbers: tuple[int, int, int]
    before: tuple[str, ...]
    """Identifiers of a pre-release; none for a release."""
    cel_type: ClassVar[str] = "kubernetes.Semver"


def quantity(text):
    """Raises EvalError for text that is no quantity."""
    if not isinstance(text, str):
        raise no_overload()
    try:
        return Quantity(parse(text))
    except ValueError as error:
        raise EvalError(str(error)) from None


def _amount(value: object) -> Decimal:
    if isinstance(value, Quantity):
        return value.amount
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise no_overload()


def _as_integer(value):
    if value.amount != value.amount.to_integral_value():
        raise EvalError("cannot convert value to integer")
    return int(value.amount)


def semver(text, normalize=False):
    """Of semver.org, strictly; with `normalize` forms like `v1.0` as well. Raises EvalError."""
    if not isinstance(text, str):
        raise no_overload()
    match = _SEMVER.fullmatch(_normal(text) if normalize else text)
    if not match:
        raise EvalError("No Major.Minor.Patch elements found" if text.count(".") < 2 else "Invalid character(s) found")
    before = tuple((match[4] or "").split(".")) if match[4] else ()
    return Semver((int(match[1]), int(match[2]), int(match[3])), before)


def _normal(text: str) -> str:
    """`v1.02` as `1.2.0`."""
    head, mark, rest = re.match(r"([^-+]*)([-+]?)(.*)", text.removeprefix("v"), re.DOTALL).groups()  # type: ignore[union-attr]
    parts = [part.lstrip("0") or "0" if part.isdigit() else part for part in head.split(".")]
    return ".".join(parts + ["0"] * (3 - len(parts))) + mark + rest


def _rank(version: Semver) -> tuple:
    marks = [(0, int(i), "") if i.isdigit() else (1, 0, i) for i in version.before]
    return (*version.numbers, not version.before, marks)


def _order(one: object, other: object) -> int:
    if isinstance(one, Semver) and isinstance(other, Semver):
        return (_rank(one) > _rank(other)) - (_rank(one) < _rank(other))
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return (one.amount > other.amount) - (one.amount < other.amount)
    raise no_overload()


QUANTITIES: dict[str, Callable] = {
    "quantity": quantity,
    "isQuantity": succeeds(quantity),
    "sign": lambda value: (_amount(value) > 0) - (_amount(value) < 0),
    "isGreaterThan": lambda one, other: _order(one, other) > 0,
    "isLessThan": lambda one, other: _order(one, other) < 0,
    "compareTo": _order,
    "asApproximateFloat": lambda value: float(value.amount),
    "asInteger": _as_integer,
    "isInteger": lambda value: value.amount == value.amount.to_integral_value(),
    "add": lambda one, other: Quantity(_amount(one) + _amount(other)),
    "sub": lambda one, other: Quantity(_amount(one) - _amount(other)),
    "semver": semver,
    "isSemver": succeeds(semver),
    "major": lambda version: version.numbers[0],
    "minor": lambda version: version.numbers[1],
    "patch": lambda version: version.numbers[2],
}
