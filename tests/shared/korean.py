"""Korean prose that is looked at: what tests/forbidden_korean.txt forbids in it, each with what to write instead."""

from collections.abc import Iterator

from labtools.authoring.korean import avoided, prose


def forbidden(text: str) -> Iterator[str]:
    """One line for each forbidden word: where it stands, and what to write."""
    read = prose(text)
    for pattern, instead in avoided().items():
        for found in pattern.finditer(read):
            around = read[max(0, found.start() - 20) : found.end() + 20].replace("\n", " ")
            yield f"{found[0]!r} (...{around}...): {instead}"
