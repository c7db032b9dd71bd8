"""Checks of single values; each returns its complaints, worded as in k8s.io/apimachinery/pkg/util/validation."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, ip_address

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"


def _says(what: str, form: str, *examples: str) -> str:
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{what} (e.g. {shown}regex used for validation is '{form}')"


_SAYS_LABEL = _says(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
    " and must start and end with an alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
_SAYS_SUBDOMAIN = _says(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
    " and must start and end with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
_SAYS_WILDCARD = _says(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of"
    " lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    rf"\*\.{_SUBDOMAIN}",
    "*.example.com",
)
_QUALIFIED_WORDS = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_SAYS_QUALIFIED = _says(_QUALIFIED_WORDS, _QUALIFIED, "MyName", "my.name", "123-abc")
_SAYS_VALUE = _says(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
    " and must start and end with an alphanumeric character",
    f"({_QUALIFIED})?",
    "MyValue",
    "my_value",
    "12345",
)
_SAYS_CONFIG_KEY = _says(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    _CONFIG_KEY,
    "key.name",
    "KEY_NAME",
    "key-name",
)
_SAYS_HEADER = _says("a valid HTTP header must consist of alphanumeric characters or '-'", _HEADER, "X-Header-Name")

_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SAYS_LABEL_1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character "
    f"(e.g. 'my-name',  or 'abc-123', regex used for validation is '{_LABEL_1035}')"
)

_is_label = re.compile(_LABEL).fullmatch
_is_subdomain = re.compile(_SUBDOMAIN).fullmatch
_is_wildcard = re.compile(rf"\*\.{_SUBDOMAIN}").fullmatch
_is_qualified = re.compile(_QUALIFIED).fullmatch
_is_config_key = re.compile(_CONFIG_KEY).fullmatch
_is_header = re.compile(_HEADER).fullmatch
_is_path = re.compile(_PATH).fullmatch
_is_env_name = re.compile(r"[ -<>-~]+").fullmatch


def _too_long(text: str, limit: int) -> list[str]:
    return [f"must be no more than {limit} characters"] if len(text) > limit else []


@lru_cache(maxsize=8192)
def dns_label(text: str) -> list[str]:
    """IsDNS1123Label (apimachinery pkg/util/validation): what is wrong with it; [] when nothing is."""
    if _is_label(text):
        return _too_long(text, 63)
    return [*_too_long(text, 63), "must not contain dots" if _is_subdomain(text) else _SAYS_LABEL]


def dns_1035_label(text: str) -> list[str]:
    """Names that were hosts' names once: of Services, of the parts of custom kinds."""
    return [*_too_long(text, 63), *([] if re.fullmatch(_LABEL_1035, text) else [_SAYS_LABEL_1035])]


@lru_cache(maxsize=8192)
def dns_subdomain(text: str) -> list[str]:
    """IsDNS1123Subdomain: labels joined by dots, at most 253 characters."""
    return [*_too_long(text, 253), *([] if _is_subdomain(text) else [_SAYS_SUBDOMAIN])]


def wildcard_subdomain(text: str) -> list[str]:
    """IsWildcardDNS1123Subdomain: `*.` and a subdomain."""
    return [*_too_long(text, 253), *([] if _is_wildcard(text) else [_SAYS_WILDCARD])]


@lru_cache(maxsize=8192)
def qualified_name(text: str) -> list[str]:
    """Label and annotation keys, finalizers, application protocols."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {_SAYS_QUALIFIED} {optional}"]
    messages = []
    if slash and not prefix:
        messages.append("prefix part must be non-empty")
    elif slash:
        messages += [f"prefix part {message}" for message in dns_subdomain(prefix)]
    if not name:
        messages.append("name part must be non-empty")
    elif len(name) > 63:
        messages.append("name part must be no more than 63 characters")
    return messages if _is_qualified(name) else [*messages, f"name part {_SAYS_QUALIFIED}"]


@lru_cache(maxsize=8192)
def label_value(text: str) -> list[str]:
    """IsValidLabelValue: empty, or as the name part of a key."""
    return [*_too_long(text, 63), *([] if not text or _is_qualified(text) else [_SAYS_VALUE])]


def port_number(number: int) -> list[str]:
    """What is wrong with it, in the words of IsValidPortNum; [] for nothing."""
    return [] if 1 <= number <= 65535 else ["must be between 1 and 65535, inclusive"]


@lru_cache(maxsize=8192)
def port_name(text: str) -> list[str]:
    """IANA_SVC_NAME."""
    messages = _too_long(text, 15)
    if not re.fullmatch("[-a-z0-9]+", text):
        messages.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", text):
        messages.append("must contain at least one letter (a-z)")
    if "--" in text:
        messages.append("must not contain consecutive hyphens")
    if text and (text[0] == "-" or text[-1] == "-"):
        messages.append("must not begin or end with a hyphen")
    return messages


def config_key(text: str) -> list[str]:
    """IsConfigMapKey: it becomes the name of a file in a volume, so that `..` is not allowed."""
    messages = _too_long(text, 253)
    if not _is_config_key(text):
        return [*messages, _SAYS_CONFIG_KEY]
    if text in (".", ".."):
        return [*messages, f"must not be '{text}'"]
    return [*messages, "must not start with '..'"] if text.startswith("..") else messages


def env_name(text: str) -> list[str]:
    """IsRelaxedEnvVarName: since 1.34 every printable character but `=`."""
    message = "a valid environment variable name must consist only of printable ASCII characters other than '='"
    return [] if _is_env_name(text) else [message]


def http_header(text: str) -> list[str]:
    """IsHTTPHeaderName, for the headers of a probe."""
    return [] if _is_header(text) else [_SAYS_HEADER]


def path_segment(text: str) -> list[str]:
    """IsValidPathSegmentName: a name that becomes a part of a URL's path."""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{character}'" for character in "/%" if character in text]


def is_url_path(text: str) -> bool:
    return bool(_is_path(text))


def is_ip(text: str) -> bool:
    """IPv4 or IPv6, as Python reads them: without leading zeros."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    return is_ip(text) and not is_ipv4(text)


def relative_path(text: str) -> list[str]:
    """A path below a volume: no way out of it."""
    messages = ["must be a relative path"] if text.startswith("/") else []
    return [*messages, "must not contain '..'"] if ".." in text.split("/") else messages
