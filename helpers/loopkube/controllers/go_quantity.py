"""`resource.Quantity` as Go holds it after parsing, printed for hashing.

After ParseQuantity of k8s.io/apimachinery/pkg/api/resource: few digits make a whole number (`i`) and a power of ten,
many digits a decimal (`d`) with nine places; the text (`s`) is kept where it is sure to be canonical.
"""

import re
from functools import lru_cache

from loopkube.quantity import canonical

_PARTS = re.compile(r"(-?)([0-9]+)(.*)")
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DIGITS = 18
_PLACES = 9
_LARGEST = 2**63 - 1
_WORD = 2**64
_NO_DECIMAL = "<nil>"


@lru_cache(maxsize=1024)
def quantity(text: str | int) -> str:
    """The struct that holds the quantity; it is brought into the canonical form first, as the API server does."""
    text = canonical(str(text))
    sign, digits, suffix = _PARTS.fullmatch(text).groups()  # type: ignore[union-attr]
    if suffix in _BINARY:
        return _binary(text, sign, int(digits), _BINARY[suffix])
    form = "DecimalExponent" if suffix.startswith("e") else "DecimalSI"
    exponent = int(suffix[1:]) if suffix.startswith("e") else _DECIMAL[suffix]
    if len(digits) > _DIGITS:
        return _held(form, decimal=_decimal(sign, int(digits) * 10 ** (_PLACES + exponent), _PLACES))
    is_kept = text == "0" or not digits.endswith("000")
    return _held(form, sign + digits, exponent, text if is_kept else "")


def _binary(text: str, sign: str, number: int, power: int) -> str:
    """Go takes the short way for up to 15 digits, as estimated from the power of two."""
    if 15 - len(str(number)) - power * 3 // 10 - 1 >= 0:
        # Multiples of eight might be a multiple of a larger unit: Go does not keep their text.
        return _held("BinarySI", f"{sign}{number << power}", 0, text if number % 8 else "")
    amount = number << power
    places = (_LARGEST, 0) if amount > _LARGEST else (amount * 10**_PLACES, _PLACES)
    return _held("BinarySI", decimal=_decimal(sign, *places))


def _held(form: str, value: str = "0", scale: int = 0, text: str = "", decimal: str = _NO_DECIMAL) -> str:
    number = f"(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}}"
    amount = f"(resource.infDecAmount){{Dec:(*inf.Dec){decimal}}}"
    return f"{{i:{number} d:{amount} s:(string){text} Format:(resource.Format){form}}}"


def _decimal(sign: str, unscaled: int, places: int) -> str:
    """`inf.Dec`: a big integer in words of 64 bits, the lowest first, and the number of decimal places."""
    words = []
    while unscaled:
        unscaled, word = divmod(unscaled, _WORD)
        words.append(str(word))
    big = f"(big.Int){{neg:(bool){'true' if sign else 'false'} abs:(big.nat)[{' '.join(words)}]}}"
    return f"{{unscaled:{big} scale:(inf.Scale){places}}}"
