"""Go's regular expressions (RE2) with Python's `re`: what Go refuses is refused, what it means is meant."""

import re
from functools import lru_cache

# Look-around, atomic groups, conditions, back references, comments: Python knows them, Go does not.
_NOT_IN_GO = re.compile(r"\(\?(?:=|!|<=|<!|>|\(|P=|#)|(?<!\\)(?:\\\\)*\\[1-9Z]|(?<!\\)(?:\\\\)*[*+?}]\+")
_GROUP = re.compile(r"\(\?<(?=\w)")
_CLASS = re.compile(r"\\[wWdDsSbB]")
_NAME = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


@lru_cache(maxsize=4096)
def compiled(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str] | None:
    """The pattern, or None where Go cannot compile it (https://github.com/google/re2/wiki/Syntax)."""
    if _NOT_IN_GO.search(pattern):
        return None
    try:
        python = _GROUP.sub("(?P<", pattern).replace(r"\z", r"\Z")
        # Of Go, classes such as \w are ASCII and letters of either case Unicode; Python has one switch for both.
        return re.compile(python, (re.ASCII if _CLASS.search(python) else 0) | (re.IGNORECASE if ignore_case else 0))
    except (re.error, OverflowError):
        return None


def replace_all(pattern: re.Pattern[str], text: str, template: str) -> str:
    """`Regexp.ReplaceAllString`: an empty match right after another one does not count."""
    made, end = "", 0
    previous = -1
    for match in pattern.finditer(text):
        if match.start() == match.end() == previous:
            continue
        made += text[end : match.start()] + expand(template, match)
        end = previous = match.end()
    return made + text[end:]


def expand(template: str, match: re.Match[str]) -> str:
    """`Regexp.Expand`: `$1x` is the group called 1x, so `${1}x` is meant; unknown groups are empty."""

    def group(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        name = found[1] or found[2]
        key = int(name) if name.isdigit() else name
        try:
            return match[key] or ""
        except (IndexError, re.error):
            return ""

    return _NAME.sub(group, template)
