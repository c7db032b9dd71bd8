"""Named formats, whose `validate` says what is wrong with a text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from loopkube.shared.cel.values import NONE, Maybe, Opaque

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_RFC_1123 = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    f"an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    rf"'{_LABEL}(\.{_LABEL})*')"
)
_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_RFC_1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    f"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{_1035}')"
)
_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{_VALUE}')"
)
_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
)
_UUID = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"


@dataclass(frozen=True)
class Format(Opaque):
    name: str
    cel_type: ClassVar[str] = "kubernetes.NamedFormat"


def _rule(form: str, longest: int, complaint: str, prefix: bool = False) -> Callable[[str], list[str]]:
    def check(text: str) -> list[str]:
        complaints = (
            [f"must be no more than {longest} {'bytes' if longest == 63 else 'characters'}"]
            if len(text) > longest
            else []
        )
        whole = text[:-1] + "a" if prefix and text.endswith("-") else text
        return complaints + ([] if re.fullmatch(form, whole) else [complaint])

    return check


def _of_values(name: str, complaint: str) -> Callable[[str], list[str]]:
    patterns = {
        "uri": r"[A-Za-z][A-Za-z0-9+.-]*:\S+|/\S*",
        "uuid": _UUID,
        "byte": r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
        "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
        "datetime": r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:?\d\d)",
    }
    return lambda text: [] if re.fullmatch(patterns[name], text) else [complaint]


_DOMAIN = rf"{_LABEL}(\.{_LABEL})*"
CHECKS: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": _rule(_LABEL, 63, _RFC_1123),
    "dns1123Subdomain": _rule(_DOMAIN, 253, _SUBDOMAIN),
    "dns1035Label": _rule(_1035, 63, _RFC_1035),
    "qualifiedName": _rule(rf"({_DOMAIN}/)?{_NAME}", 317, _QUALIFIED),
    "dns1123LabelPrefix": _rule(_LABEL, 63, _RFC_1123, prefix=True),
    "dns1123SubdomainPrefix": _rule(_DOMAIN, 253, _SUBDOMAIN, prefix=True),
    "dns1035LabelPrefix": _rule(_1035, 63, _RFC_1035, prefix=True),
    "labelValue": _rule(_VALUE, 63, _LABEL_VALUE),
    "uri": _of_values("uri", "invalid URI for request"),
    "uuid": _of_values("uuid", "does not match the UUID format"),
    "byte": _of_values("byte", "invalid base64"),
    "date": _of_values("date", "invalid date"),
    "datetime": _of_values("datetime", "invalid datetime"),
}


def _validate(named, text):
    complaints = CHECKS[named.name](text)
    return Maybe(True, complaints) if complaints else NONE


def _named(name):
    return Maybe(True, Format(name)) if name in CHECKS else NONE


def _maker(name: str) -> Callable[[], Format]:
    return lambda: Format(name)


FORMATS: dict[str, Callable] = {"validate": _validate, "format.named": _named}
FORMATS.update((f"format.{name}", _maker(name)) for name in CHECKS)
