"""Functions of strings: cel-go's string extension, version 2, and Kubernetes' regular expressions (RE2)."""

import math
from collections.abc import Callable

from loopkube.shared import go_patterns
from loopkube.shared.cel.conversions import go_float, to_string
from loopkube.shared.cel.values import Duration, EvalError, Timestamp, TypeValue, no_overload, type_name

_SPACES = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}


def pattern(form: str):
    """The regular expression. Raises EvalError with Go's words."""
    try:
        return go_patterns.compiled(form)
    except go_patterns.PatternError as error:
        raise EvalError(str(error)) from None


def matches(text, form):
    """RE2, anywhere in the text."""
    return pattern(form).search(_text(text)) is not None


def find(text, form):
    """The first match, "" for none."""
    match = pattern(form).search(_text(text))
    return match.group(0) if match else ""


def find_all(text, form, limit=-1):
    """The matches, `limit` at most."""
    matches = [match.group(0) for match in pattern(form).finditer(_text(text))]
    return matches if limit < 0 else matches[:limit]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise no_overload()
    return value


def _inside(at: int, text: str) -> None:
    if not 0 <= at <= len(text):
        raise EvalError(f"index out of range: {at}")


def char_at(text, at):
    """Nothing just behind the end; raises EvalError beyond it."""
    _inside(at, text)
    return text[at : at + 1]


def index_of(text, part, start=0):
    """In characters, or items of a list; -1 for none."""
    if isinstance(text, list):
        return next((i for i, item in enumerate(text) if item == part), -1)
    _inside(start, text)
    return text.find(part, start)


def last_index_of(text, part, start=None):
    """In characters, or items of a list; -1 for none."""
    if isinstance(text, list):
        return next((i for i in range(len(text) - 1, -1, -1) if text[i] == part), -1)
    if start is None:
        return text.rfind(part)
    _inside(start, text)
    return text.rfind(part, 0, start + len(part))


def substring(text, start, end=None):
    """From `start` to before `end`, in characters. Raises EvalError outside of the text."""
    end = len(text) if end is None else end
    for at in (start, end):
        _inside(at, text)
    if start > end:
        raise EvalError(f"invalid substring range. start: {start}, end: {end}")
    return text[start:end]


def split(text, separator, limit=-1):
    """Into `limit` pieces at most (all for -1, none for 0); by an empty separator, into characters."""
    if limit == 0:
        return []
    if not separator:
        return list(text) if limit < 0 or limit >= len(text) else [*text[: limit - 1], text[limit - 1 :]]
    return text.split(separator, limit - 1 if limit > 0 else -1)


def join(values, separator=""):
    """Raises EvalError where an item is no text."""
    if not all(isinstance(value, str) for value in values):
        raise no_overload()
    return separator.join(values)


def quote(text):
    return f'"{"".join(_ESCAPES.get(char, char) for char in text)}"'


def _cased(change: str) -> Callable:
    def cased(text):
        return "".join(getattr(char, change)() if char.isascii() else char for char in text)

    return cased


def format_(form, values):
    """`'%s is %d'.format([...])`."""
    out, at, used = [], 0, 0
    while at < len(form):
        char = form[at]
        at += 1
        if char != "%":
            out.append(char)
            continue
        if form[at : at + 1] == "%":
            out.append("%")
            at += 1
            continue
        digits = ""
        if form[at : at + 1] == ".":
            at += 1
            while form[at : at + 1].isdigit():
                digits, at = digits + form[at], at + 1
        verb, at = form[at : at + 1], at + 1
        if used >= len(values):
            raise EvalError(f"index {used} out of range")
        out.append(_formatted(verb, values[used], int(digits) if digits else 6))
        used += 1
    return "".join(out)


def _formatted(verb: str, value: object, digits: int) -> str:
    if verb == "s":
        return _shown(value)
    if verb == "d" and isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    if verb in "fe" and isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            return {"+Inf": "Infinity", "-Inf": "-Infinity"}.get(go_float(value), "NaN")
        return f"{value:.{digits}{verb}}"
    if verb == "b" and isinstance(value, int):
        return f"{int(value):b}"
    if verb in "xX" and isinstance(value, int | str | bytes) and not isinstance(value, bool):
        shown = f"{value:x}" if isinstance(value, int) else (value.encode() if isinstance(value, str) else value).hex()
        return shown.upper() if verb == "X" else shown
    if verb == "o" and isinstance(value, int) and not isinstance(value, bool):
        return f"{int(value):o}"
    if verb in "sdfebxXo":
        raise EvalError(f"error during formatting: no formatting function for %{verb} of {type_name(value)}")
    raise EvalError(f'could not parse formatting clause: unrecognized formatting clause "{verb}"')


def _shown(value: object) -> str:
    """A value as %s prints it; lists and maps as in CEL, the keys in order."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{_shown(k)}: {_shown(v)}" for k, v in value.items())) + "}"
    if isinstance(value, TypeValue):
        return value.name
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return to_string(value) if isinstance(value, str | bool | int | float | Timestamp | Duration) else str(value)


TEXTS: dict[str, Callable] = {
    "matches": matches,
    "find": find,
    "findAll": find_all,
    "contains": lambda text, part: _text(part) in _text(text),
    "startsWith": lambda text, part: _text(text).startswith(part),
    "endsWith": lambda text, part: _text(text).endswith(part),
    "charAt": char_at,
    "indexOf": index_of,
    "lastIndexOf": last_index_of,
    "lowerAscii": _cased("lower"),
    "upperAscii": _cased("upper"),
    "replace": lambda text, old, new, limit=-1: text.replace(old, new, limit),
    "split": split,
    "join": join,
    "substring": substring,
    "trim": lambda text: text.strip(_SPACES),
    "format": format_,
    "strings.quote": quote,
    "jsonpatch.escapeKey": lambda key: key.replace("~", "~0").replace("/", "~1"),
}
