"""What Go's JSON scanner says about broken JSON (encoding/json, scanner.go), found by scanning again.

Only called when Python's parser has refused a text, so it need not be fast.
"""

import json

_END = "unexpected end of JSON input"
_SPACE = " \t\r\n"
_WORDS = {"t": "true", "f": "false", "n": "null"}
_HEX = "0123456789abcdefABCDEF"


class _Broken(Exception):
    """Ends the scan; its text is Go's message."""


def go_message(text: str) -> str:
    """Go's complaint about `text`."""
    try:
        end = _blank(text, _value(text, _blank(text, 0)))
        if end < len(text):
            _refuse(text, end, "after top-level value")
    except _Broken as broken:
        return str(broken)
    return "invalid JSON"


def _refuse(text: str, at: int, where: str) -> None:
    if at >= len(text):
        raise _Broken(_END)
    character = "'\\''" if text[at] == "'" else "'\"'" if text[at] == '"' else f"'{json.dumps(text[at])[1:-1]}'"
    raise _Broken(f"invalid character {character} {where}")


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _value(text: str, at: int) -> int:
    start = text[at : at + 1]
    if start == "{":
        return _object(text, _blank(text, at + 1))
    if start == "[":
        return _array(text, _blank(text, at + 1))
    if start == '"':
        return _string(text, at + 1)
    if start in _WORDS and start:
        return _word(text, at, _WORDS[start])
    if start and start in "-0123456789":
        return _number(text, at)
    _refuse(text, at, "looking for beginning of value")
    return at


def _object(text: str, at: int) -> int:
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        if text[at : at + 1] != '"':
            _refuse(text, at, "looking for beginning of object key string")
        at = _blank(text, _string(text, at + 1))
        if text[at : at + 1] != ":":
            _refuse(text, at, "after object key")
        at = _blank(text, _value(text, _blank(text, at + 1)))
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            _refuse(text, at, "after object key:value pair")
        at = _blank(text, at + 1)


def _array(text: str, at: int) -> int:
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _blank(text, _value(text, at))
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            _refuse(text, at, "after array element")
        at = _blank(text, at + 1)


def _string(text: str, at: int) -> int:
    while text[at : at + 1] != '"':
        if at >= len(text) or text[at] < " ":
            _refuse(text, at, "in string literal")
        if text[at] == "\\":
            at = _escape(text, at + 1)
        else:
            at += 1
    return at + 1


def _escape(text: str, at: int) -> int:
    if text[at : at + 1] != "u":
        if text[at : at + 1] not in tuple('"\\/bfnrt'):
            _refuse(text, at, "in string escape code")
        return at + 1
    for digit in range(at + 1, at + 5):
        if text[digit : digit + 1] not in tuple(_HEX):
            _refuse(text, digit, "in \\u hexadecimal character escape")
    return at + 5


def _word(text: str, at: int, word: str) -> int:
    for offset, letter in enumerate(word):
        if text[at + offset : at + offset + 1] != letter:
            _refuse(text, at + offset, f"in literal {word} (expecting '{letter}')")
    return at + len(word)


def _number(text: str, at: int) -> int:
    if text[at] == "-":
        at += 1
        if not text[at : at + 1].isdigit():
            _refuse(text, at, "in numeric literal")
    at = at + 1 if text[at] == "0" else _digits(text, at)
    if text[at : at + 1] == ".":
        if not text[at + 1 : at + 2].isdigit():
            _refuse(text, at + 1, "after decimal point in numeric literal")
        at = _digits(text, at + 1)
    if text[at : at + 1] in ("e", "E"):
        at += 2 if text[at + 1 : at + 2] in ("+", "-") else 1
        if not text[at : at + 1].isdigit():
            _refuse(text, at, "in exponent of numeric literal")
        at = _digits(text, at)
    return at


def _digits(text: str, at: int) -> int:
    while text[at : at + 1].isdigit():
        at += 1
    return at
