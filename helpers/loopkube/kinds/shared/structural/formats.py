"""String formats of OpenAPI that the API checks; others are ignored (kube-openapi/pkg/validation/strfmt)."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

_UUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?%s[0-9a-f]{3}-?%s[0-9a-f]{3}-?[0-9a-f]{12}"
_HOST = r"(?=.{1,255}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\.?"
_DURATION = r"[-+]?(\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w|[a-z]+)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|0"
_DATE_TIME = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:?\d\d)"


def _matches(form: str) -> Callable[[str], bool]:
    return re.compile(form, re.IGNORECASE).fullmatch  # type: ignore[return-value]


def _parses(parser: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parser(text)
        except (ValueError, binascii.Error):
            return False
        return True

    return check


def _date_time(text: str) -> bool:
    return bool(re.fullmatch(_DATE_TIME, text)) and _parses(datetime.fromisoformat)(text)


def _uri(text: str) -> bool:
    parts = urlsplit(text)
    if not (parts.scheme or text.startswith("/")):
        raise ValueError(text)
    return True


_CHECKS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _matches("[0-9a-f]{24}"),
    "byte": _parses(lambda text: base64.b64decode(text, validate=True)),
    "cidr": _parses(lambda text: ip_network(text, strict=False) if "/" in text else int("no mask")),
    "date": _parses(date.fromisoformat),
    "date-time": _date_time,
    "datetime": _date_time,
    "duration": _matches(_DURATION),
    "email": _matches(r"[^@\s]+@[^@\s]+"),
    "hexcolor": _matches("#?([0-9a-f]{3}|[0-9a-f]{6})"),
    "hostname": _matches(_HOST),
    "ipv4": _parses(IPv4Address),
    "ipv6": _parses(IPv6Address),
    "mac": _matches(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}"),
    "uri": _parses(_uri),
    "uuid": _matches(_UUID % ("[0-9a-f]", "[0-9a-f]")),
    "uuid3": _matches(_UUID % ("3", "[0-9a-f]")),
    "uuid4": _matches(_UUID % ("4", "[89ab]")),
    "uuid5": _matches(_UUID % ("5", "[89ab]")),
}


def fits(name: str, text: str) -> bool:
    """Whether a string has the format; unknown formats fit everything."""
    check = _CHECKS.get(name)
    return bool(check(text)) if check else True
