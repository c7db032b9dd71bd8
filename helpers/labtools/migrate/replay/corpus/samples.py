"""Paths that a regular expression matches: the shortest way through it, with something written where anything fits."""

import re
import re._constants as kinds  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import warnings
from typing import Any
from urllib.parse import unquote

ANYTHING = "deeper"
_PLAIN = re.compile(r"[\w/~%-]*")
_LONGEST = 200
_CLASSES = {kinds.CATEGORY_DIGIT: "7", kinds.CATEGORY_WORD: "w", kinds.CATEGORY_SPACE: "%20",
            kinds.CATEGORY_NOT_DIGIT: "d", kinds.CATEGORY_NOT_WORD: "-", kinds.CATEGORY_NOT_SPACE: "s"}  # fmt: skip


def literal_prefix(pattern: str) -> str:
    """What the expression begins with, letter by letter, before anything in it has a meaning of its own."""
    text = pattern.removeprefix("^")
    plain = _PLAIN.match(text)
    found = plain[0] if plain else ""
    following = text[len(found) : len(found) + 1]
    return found[:-1] if following and following in "*?{+" else found


def samples(pattern: str) -> list[str]:
    """Paths that the expression matches: with every `.*` filled in, and with as little as it takes; [] for none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern)
            expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return []
    found = []
    for least in (False, True):
        path = _written(tree, least)
        path = path if path.startswith("/") else f"/{path}"
        if len(path) <= _LONGEST and path not in found and expression.match(unquote(path)):
            found.append(path)
    return found


def _written(tree: Any, least: bool) -> str:
    return "".join(_one(kind, value, least) for kind, value in tree)


def _one(kind: Any, value: Any, least: bool) -> str:
    if kind is kinds.LITERAL:
        return _letter(value)
    if kind is kinds.NOT_LITERAL:
        return "n" if value != ord("n") else "m"
    if kind is kinds.ANY:
        return "a"
    if kind is kinds.IN:
        return _of_set(value)
    if kind is kinds.BRANCH:
        return _written(value[1][0], least)
    if kind is kinds.SUBPATTERN:
        return _written(value[-1], least)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        fewest, most, inner = value
        return _repeated(fewest, most, inner, least)
    return ""  # anchors, look-arounds, back references: nothing is written for them


def _repeated(fewest: int, most: int, tree: Any, least: bool) -> str:
    if least:
        return _written(tree, least) * fewest
    if len(tree) == 1 and tree[0][0] is kinds.ANY and fewest <= len(ANYTHING) <= most:
        return ANYTHING
    return _written(tree, least) * min(max(fewest, 1), most)


def _of_set(members: Any) -> str:
    if members[0][0] is kinds.NEGATE:
        refused = set(map(ord, "".join(_of_set([member]) for member in members[1:])))
        return next(letter for letter in "nmk789-_" if ord(letter) not in refused)
    kind, value = members[0]
    if kind is kinds.RANGE:
        return _letter(value[0])
    if kind is kinds.CATEGORY:
        return _CLASSES.get(value, "c")
    return _letter(value)


def _letter(code: int) -> str:
    """As a request writes it: what has a meaning in a URL, or none in one line of text, is percent-encoded."""
    letter = chr(code)
    return (
        letter if letter.isascii() and letter.isprintable() and letter not in ' "#%<>?[\\]^`{|}' else _encoded(letter)
    )


def _encoded(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
