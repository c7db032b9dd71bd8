"""Go's regular expressions, which are RE2's: patterns of custom resources, and CEL's."""

import re
from functools import lru_cache

LONGEST_WORK = 50_000_000
"""Instructions of a pattern times bytes of a text: a quarter of a second where RE2 has to try all of them."""

_WORDS = {
    "invalid character class": "invalid character class",
    "invalid character class range": "invalid character class range",
    "invalid escape sequence": "invalid escape sequence",
    "invalid named capture group": "invalid named capture",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "no argument for repetition operator": "missing argument to repetition operator",
    "trailing \\": "trailing backslash at end of expression",
    "unexpected )": "unexpected )",
    "invalid UTF-8": "invalid UTF-8",
}
"""What RE2 says, and what Go says."""
_LITERAL = re.compile(r"\\Q.*?(?:\\E|\Z)|\\\\", re.DOTALL)
_LOOK_BEHIND = re.compile(r"\(\?<[=!]")


class PatternError(Exception):
    """The pattern cannot be read; the text is Go's."""


@lru_cache(maxsize=1024)
def compiled(form: str):
    """The pattern, ready to search, in time that grows with the text alone. Raises PatternError."""
    import re2  # imported here: most clusters have no patterns

    bare = _LITERAL.sub("", form)
    if "\\C" in bare:
        raise PatternError(_go("invalid escape sequence", "\\C"))
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(form, options)
    except re2.error as error:
        said, _, where = error.args[0].decode(errors="replace").partition(": ")
    behind = _LOOK_BEHIND.search(bare)
    if behind and where.startswith(behind[0]):
        return _refuse_look_behind(form, behind[0])
    raise PatternError(_go(_WORDS.get(said, "expression too large"), where))


def _go(what: str, where: str) -> str:
    return f"error parsing regexp: {what}: `{where}`"


def _refuse_look_behind(form: str, opening: str):
    """Go takes `(?<` for the beginning of a name, which ends with the next `>`."""
    rest = form[form.index(opening) :]
    end = rest.find(">")
    raise PatternError(_go("invalid named capture", rest[: end + 1] if end >= 0 else rest))


def longest_text(pattern) -> int:
    """How many bytes of text may be compared with the pattern."""
    return LONGEST_WORK // max(pattern.programsize, 1)
