"""Go's regular expressions, which are RE2's; what they make of a template is Go's own."""

import re
from functools import lru_cache

import re2

_ANY_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""RE2 knows it, Go does not."""
_NAME = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


@lru_cache(maxsize=4096)
def compiled(pattern: str, *, ignore_case: bool = False):
    """The pattern, or None where Go cannot compile it (https://github.com/google/re2/wiki/Syntax)."""
    options = re2.Options()
    options.log_errors, options.case_sensitive = False, not ignore_case
    try:
        return None if _ANY_BYTE.search(pattern) else re2.compile(pattern, options)
    except re2.error:
        return None


def replace_all(pattern, text: str, template: str) -> str:
    """`Regexp.ReplaceAllString`: an empty match right after another one does not count."""
    made, end = "", 0
    previous = -1
    for match in pattern.finditer(text):
        if match.start() == match.end() == previous:
            continue
        made += text[end : match.start()] + expand(template, match)
        end = previous = match.end()
    return made + text[end:]


def expand(template: str, match) -> str:
    """`Regexp.Expand`: `$1x` is the group called 1x, so `${1}x` is meant; unknown groups are empty."""

    def group(reference: re.Match[str]) -> str:
        if reference[0] == "$$":
            return "$"
        name = reference[1] or reference[2]
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except (IndexError, OverflowError):
            return ""

    return _NAME.sub(group, template)
