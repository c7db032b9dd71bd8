"""Korean prose that is looked at: what tests/forbidden_korean.txt forbids in it, each with what to write instead."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LIST = Path(__file__).parents[1] / "forbidden_korean.txt"
_CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|`[^`\n]*`|<!--.*?-->|\]\([^)\s]*\)", re.MULTILINE | re.DOTALL)


@cache
def words() -> dict[re.Pattern[str], str]:
    """Each forbidden pattern with the words to write instead."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {re.compile(pattern): instead for pattern, instead in (line.split("\t") for line in lines)}


def prose(text: str) -> str:
    """Without code, links' targets and comments, which readers do not read as Korean; in their place a backtick."""
    return _CODE.sub("`", text)


def forbidden(text: str) -> Iterator[str]:
    """One line for each forbidden word: where it stands, and what to write."""
    read = prose(text)
    for pattern, instead in words().items():
        for found in pattern.finditer(read):
            around = read[max(0, found.start() - 20) : found.end() + 20].replace("\n", " ")
            yield f"{found[0]!r} (...{around}...): {instead}"
