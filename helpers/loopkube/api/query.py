"""The parameters of a request's URL, read as kube-apiserver reads them."""

from urllib.parse import parse_qsl

from loopkube.shared.status import bad_request

INT64 = 2**63
"""The first number that Go's int64 does not hold."""


class Query:
    """The parameters of a URL; a repeated one keeps all its values."""

    __slots__ = ("_values",)

    def __init__(self, text: str = "") -> None:
        self._values: dict[str, list[str]] = {}
        if text:
            for name, value in parse_qsl(text, keep_blank_values=True):
                self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """The first value of a parameter, as Go's url.Values.Get; "" where it is not there."""
        return self._values[name][0] if name in self._values else ""

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated (`command` of exec)."""
        return self._values.get(name, [])

    def flag(self, name: str) -> bool:
        """Go's reading of a boolean parameter: present means true, unless it says 0 or false."""
        return name in self._values and self._values[name][0].lower() not in ("0", "false")

    def number(self, name: str) -> int | None:
        """A parameter as an int; None where it is not there or empty. Raises a 400 ApiError for other text."""
        if name not in self._values or self._values[name][0] == "":
            return None
        return parse_int(self._values[name][0])

    def __contains__(self, name: str) -> bool:
        return name in self._values


def parse_int(text: str) -> int:
    """An int64 in Go's spelling, or 400 in Go's words."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    digits = digits.lstrip("0") or "0"
    number = int(digits[:20]) * (-1 if text[0] == "-" else 1)
    if len(digits) > 19 or not -INT64 <= number < INT64:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number
