"""Label selectors as text, read as Kubernetes reads them: requirements, or what is wrong in Go's words (apimachinery
pkg/labels)."""

import re

from loopkube.kinds.shared.patience import go_on
from loopkube.shared.status import quoted

_END = "end"
_WORD = "identifier"
_SYMBOLS = {")", ",", "!", "==", "=", ">", "<", "!=", "("}
_SPECIAL = set("=!(),><")
_BINARY = ("in", "notin", "=", "==", "!=", "gt", "lt")
_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_PREFIX_RULE = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
    "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_KEY_RULE = (
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' "
    "(e.g. 'example.com/MyName')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


class Unparsable(Exception):
    pass


def _tokens(text: str) -> list[tuple[str, str]]:
    """(kind, literal) of every token; the kind of a symbol is the symbol itself."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
        elif text[at] in _SPECIAL:
            width = 2 if text[at : at + 2] in _SYMBOLS else 1
            tokens.append((text[at : at + width], text[at : at + width]))
            at += width
        else:
            start = at
            while at < len(text) and text[at] not in _SPECIAL and text[at] not in " \t\r\n":
                at += 1
            tokens.append((_WORD, text[start:at]))
    return tokens


class Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else (_END, "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self._at += 1
        return token

    def requirements(self) -> list[tuple[str, str, list[str]]]:
        parsed: list[tuple[str, str, list[str]]] = []
        while True:
            go_on()  # a selector may have thousands of terms
            kind, literal = self.peek()
            if kind == _END:
                return parsed
            if kind not in (_WORD, "!"):
                raise Unparsable(f"found '{literal}', expected: !, identifier, or 'end of string'")
            try:
                parsed.append(self._requirement())
            except Unparsable as error:
                raise Unparsable(f"unable to parse requirement: {error}") from None
            kind, literal = self.take()
            if kind == _END:
                return parsed
            if kind != ",":
                raise Unparsable(f"found '{literal}', expected: ',' or 'end of string'")
            kind, literal = self.peek()
            if kind not in (_WORD, "!"):
                raise Unparsable(f"found '{literal}', expected: identifier after ','")

    def _requirement(self) -> tuple[str, str, list[str]]:
        kind, key = self.take()
        absent = kind == "!"
        if absent:
            kind, key = self.take()
        if kind != _WORD:
            raise Unparsable(f"found '{key}', expected: identifier")
        _check_key(key)
        if absent or self.peek()[0] in (_END, ","):
            return key, "!" if absent else "exists", []
        kind, operator = self.take()
        if operator not in ("in", "notin", "=", "==", "!=", ">", "<"):
            raise Unparsable(f"found '{operator}', expected: {', '.join(_BINARY)}")
        values = self._set() if operator in ("in", "notin") else [self._exact()]
        _check_values(key, operator, values)
        return key, operator, values

    def _exact(self) -> str:
        if self.peek()[0] in (_END, ","):
            return ""
        kind, literal = self.take()
        if kind != _WORD:
            raise Unparsable(f"found '{literal}', expected: identifier")
        return literal

    def _set(self) -> list[str]:
        kind, literal = self.take()
        if kind != "(":
            raise Unparsable(f"found '{literal}' expected: '('")
        kind, literal = self.peek()
        if kind == ")":
            self.take()
            return [""]
        if kind not in (_WORD, ","):
            raise Unparsable(f"found '{literal}', expected: ',', ')' or identifier")
        values: set[str] = set()
        while True:
            values.add(self._set_value())
            kind, literal = self.take()
            if kind == ")":
                return sorted(values)
            if kind != ",":
                raise Unparsable(f"found '{literal}', expected: ',' or ')'")

    def _set_value(self) -> str:
        """One value inside the brackets; nothing between two commas is the empty value."""
        kind, literal = self.peek()
        if kind in (",", ")"):
            return ""
        if kind != _WORD:
            raise Unparsable(f"found '{literal}', expected: ',', or identifier")
        return self.take()[1]


def _check_key(key: str) -> None:
    problems = []
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        problems.append(_KEY_RULE)
    else:
        if slash and not prefix:
            problems.append("prefix part must be non-empty")
        elif slash and not _DNS.fullmatch(prefix):
            problems.append(_PREFIX_RULE)
        if not name:
            problems.append("name part must be non-empty")
        elif len(name) > 63:
            problems.append("name part must be no more than 63 bytes")
        if not _NAME.fullmatch(name):
            problems.append(_NAME_RULE)
    if problems:
        raise Unparsable(f"<nil>: Invalid value: {quoted(key)}: {'; '.join(problems)}")


def _check_values(key: str, operator: str, values: list[str]) -> None:
    for index, value in enumerate(values):
        where = f"values[{index}][{key}]"
        if operator in (">", "<") and not re.fullmatch(r"[+-]?\d+", value):
            detail = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise Unparsable(f"values[{index}]: Invalid value: {quoted(value)}: {detail}")
        if len(value) > 63:
            raise Unparsable(f"{where}: Invalid value: {quoted(value)}: must be no more than 63 bytes")
        if value and not _NAME.fullmatch(value):
            raise Unparsable(f"{where}: Invalid value: {quoted(value)}: {_VALUE_RULE}")
