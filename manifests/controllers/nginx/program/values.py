"""What an annotation's value may look like: internal/ingress/annotations/parser/validators.go."""

import ipaddress
import re
from collections.abc import Callable

Valid = Callable[[str], bool]

BASIC = r"\-\.\_\~a-zA-Z0-9\/:"
REGEX = rf"[/{BASIC}" + re.escape(r"^$[](){}*+?|&=" + "\\") + "]*"
URL = rf"[{BASIC}" + re.escape(",:?&=") + "]*"
URL_WITH_VARIABLES = rf"[{BASIC}, " + re.escape(",:?&=") + r"$]*"
BASIC_CHARS = rf"[/{BASIC}]*"
WITH_SPACES = rf"[/{BASIC} ]*"
WITH_COMMAS = rf"[/{BASIC}, ]*"
VARIABLE = r"[A-Za-z0-9\-\_\$\{\}]*"
PATH_WITH_CAPTURE = rf"/?[{BASIC}\/\$]*"
HEADERS = r"[A-Za-z0-9-_, ]*"
SIZE = r"(?i:\d+[bkmg]?)"

TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
"""What Go's strconv.ParseBool takes."""


def shaped(pattern: str, spaces_count: bool = True) -> Valid:
    """ValidateRegex: the whole value has this shape, and it is one line."""
    compiled = re.compile(pattern, re.ASCII)

    def valid(value: str) -> bool:
        looked_at = value if spaces_count else value.replace(" ", "")
        return compiled.fullmatch(looked_at) is not None and not re.search(r"[\r\n]", looked_at)

    return valid


def holds(pattern: str) -> Valid:
    """ValidateRegex with a pattern that may stand anywhere in the value."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.search(value) is not None and not re.search(r"[\r\n]", value)


def is_expression(text: str) -> bool:
    """Whether this can be a regular expression: nginx would refuse the whole configuration for one that is none."""
    try:
        return bool(re.compile(text))
    except re.error:
        return False


def one_of(*options: str, any_case: bool = False) -> Valid:
    """ValidateOptions."""
    return lambda value: (value.strip().lower() if any_case else value.strip()) in options


def boolean(value: str) -> bool:
    """ValidateBool."""
    return value in TRUE | FALSE


def integer(value: str) -> bool:
    """ValidateInt."""
    return re.fullmatch(r"[+-]?[0-9]{1,18}", value) is not None


def anything(_: str) -> bool:
    """ValidateNull: of snippets."""
    return True


def server_names(value: str) -> bool:
    """ValidateArrayOfServerName."""
    return all(server_name(name) for name in value.split(","))


def server_name(value: str) -> bool:
    """ValidateServerName."""
    return re.fullmatch(REGEX, value.strip(), re.ASCII) is not None


def service_name(value: str) -> bool:
    """ValidateServiceName: a DNS-1035 label."""
    return len(value) <= 63 and re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", value) is not None


def networks(value: str) -> bool:
    """ValidateCIDRs."""
    return parse_networks(value) is not None


def parse_networks(value: str) -> list[str] | None:
    """ParseCIDRs of internal/net/ipnet.go: sorted, each once; None where one is neither address nor network."""
    try:
        return sorted({_network(part.strip()) for part in value.split(",")}) if value else []
    except ValueError:
        return None


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text, strict=False) if "/" in text else ipaddress.ip_address(text))
