"""Korean prose that is looked at: what tests/forbidden_korean.txt forbids in it, each with what to write instead."""

import re
from collections.abc import Iterator

from labtools.authoring.korean import avoided, prose


def forbidden(text: str) -> Iterator[str]:
    """One line for each forbidden word: where it stands, and what to write."""
    read = prose(text)
    for pattern, instead in avoided().items():
        for found in pattern.finditer(read):
            around = read[max(0, found.start() - 20) : found.end() + 20].replace("\n", " ")
            yield f"{found[0]!r} (...{around}...): {instead}"


_NOT_OURS = re.compile(
    r"""
    Error\ from\ server.* | error\ when\ .* | ^error:.* | (?:The\ )?\w+\ "[^"]*"\ is\ invalid.*  # Kubernetes'
    | while\ (?:parsing|scanning)[\s\S]*?(?:\^|\Z) | found\ (?:character|duplicate).*           # a YAML parser's
    | field\ \S+\ not\ found\ in\ type\ [^:\s]+                                                 # kind's
    | error\ converting\ YAML\ to\ JSON.* | \(있는\ 것:\ [^)]*\)
    | resource\ mapping\ not\ found.* | ensure\ CRDs.* | \[Errno\ \d+\][^:\n]*                # kubectl's, the system's
    | No\ such\ file\ or\ directory | Permission\ denied | Is\ a\ directory | Name\ or\ service\ not\ known
    | <[^>\n]*> | `[^`]*` | '[^'\n]*' | "[^"\n]*" | \{[a-z,]+\}                              # code, values
    | https?://\S+ | (?<!\w)[\w.~$-]*/\S*                                                  # paths
    | (?<![\w-])--?[\w-]+(?:[= ][A-Z:|]+)? | \$?[A-Z_]{4,}\S*                                 # options, variables
    """,
    re.VERBOSE | re.MULTILINE,
)
_SENTENCE = re.compile(
    r"(?<![\w-])(?:[a-z]{2,} )?(?:the|an?|is|are|was|were|not|no|of|to|in|its?|for|and|or|with|this|that|at|by|from|as"
    r"|on|has|have|may|cannot|there|which|what|who|than|then|until|without|be|does|nobody|nothing)(?: [A-Za-z]{2,})+",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(?<![\w.:/-])(?:free|running|stopped|wrong|note|why|fix|before|after|nothing|unknown|missing|failed|passed|solved"
    r"|taken|answers|reading|column|heading|field|verb|setting|found|usage|options|error)(?![\w./=-])"
)


def english(text: str) -> list[str]:
    """Sentences, halves of sentences and single words of the lab's own that are not Korean; [] is as it should be."""
    ours = _NOT_OURS.sub("`", text)
    return [found[0] for pattern in (_SENTENCE, _WORD) for found in pattern.finditer(ours)]
