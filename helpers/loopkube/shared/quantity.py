"""Kubernetes' resource quantities (`500m`, `1Gi`): parsing, comparing, the canonical form.

After k8s.io/apimachinery/pkg/api/resource: a number with a decimal suffix (n u m k M G T P E, or e3), or a binary
one (Ki Mi Gi Ti Pi Ei). The canonical form has no fraction, the largest suffix that allows that, and keeps the family.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_UP, Decimal
from functools import lru_cache

SYNTAX = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_QUANTITY = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+)?")
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_LARGEST = Decimal(2**63 - 1)
_SMALLEST = Decimal("1e-9")
_FAR = 1000
"""An exponent from which on an amount is the largest or the smallest there is."""


def parse(text: str) -> Decimal:
    """The amount; raises ValueError with Kubernetes' words."""
    return _split(text)[0]


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The form in which the API stores and prints a quantity: `0.5` is `500m`, `1024Mi` is `1Gi`."""
    return _text(*_split(text))


def total(amounts: Iterable[str]) -> str:
    """The sum, in the family of the first amount that is not zero."""
    parsed = [_split(amount) for amount in amounts]
    family = next((family for amount, family in parsed if amount), "decimal")
    return _text(sum((amount for amount, _ in parsed), Decimal(0)), family)


def _text(amount: Decimal, family: str) -> str:
    if family == "binary" and abs(amount) >= 1024 and amount == amount.to_integral_value():
        return _in_binary(int(amount))
    if family == "exponent":
        return _in_exponents(amount)
    return _in_decimal(amount)


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[Decimal, str]:
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(SYNTAX)
    sign, digits, suffix = match[1], Decimal(match[2]), match[3] or ""
    if suffix in _BINARY:
        amount, family = digits * 1024 ** _BINARY[suffix], "binary"
    elif suffix[:1] in ("e", "E") and len(suffix) > 1:
        amount, family = digits.scaleb(_exponent(suffix[1:])), "exponent"
    else:
        amount, family = digits.scaleb(_DECIMAL[suffix]), "decimal"
    amount = min(amount, _LARGEST).quantize(_SMALLEST, rounding=ROUND_UP) if amount else Decimal(0)
    return (-amount if sign == "-" else amount), family


def _exponent(text: str) -> int:
    if len(text.lstrip("+-0")) > 18:
        raise ValueError("unable to parse quantity's suffix")
    return min(max(int(text), -_FAR), _FAR)


def _in_binary(amount: int) -> str:
    suffix = ""
    for name in _BINARY:
        if amount % 1024:
            break
        amount, suffix = amount // 1024, name
    return f"{amount}{suffix}"


def _in_decimal(amount: Decimal) -> str:
    mantissa, exponent = _whole(amount)
    suffix = next(name for name, power in _DECIMAL.items() if power == exponent)
    return f"{mantissa}{suffix}"


def _in_exponents(amount: Decimal) -> str:
    mantissa, exponent = _whole(amount)
    return f"{mantissa}e{exponent}" if exponent else str(mantissa)


def _whole(amount: Decimal) -> tuple[int, int]:
    """A whole number and the largest power of a thousand that leaves it whole."""
    if not amount:
        return 0, 0
    exponent = -9
    number = int(amount.scaleb(9))
    while number % 1000 == 0 and exponent < 18:
        number, exponent = number // 1000, exponent + 3
    return number, exponent
