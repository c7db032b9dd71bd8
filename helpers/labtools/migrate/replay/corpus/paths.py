"""The edges of one path: targets just inside and just outside of it, each with the reason why it is asked."""

from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus.samples import literal_prefix, samples

Edge = tuple[str, str]

AS_WRITTEN = phrase("the path as the rule writes it")


def edges(path: str, *, full: bool) -> Iterator[Edge]:
    """Of a path that is no regular expression: the five that each path gets, and with `full` all of them."""
    base = path.rstrip("/")
    yield path, AS_WRITTEN
    if not base:
        yield "/deeper", phrase("one element more than the path has")
    else:
        yield (
            (base, phrase("the path without its last slash"))
            if path != base
            else (
                f"{base}/",
                phrase("the path with one more slash at its end"),
            )
        )
        yield f"{base}/deeper", phrase("one element more than the path has")
        yield f"{base}x", phrase("one letter more than the path has")
        if base.swapcase() != base:
            yield base.swapcase(), phrase("the path in the other case of letters")
    if full:
        yield from _unusual(base)


def expression_edges(pattern: str, *, full: bool) -> Iterator[Edge]:
    """Of a path that is read as a regular expression; a plain path is one, too."""
    plain = literal_prefix(pattern)
    if plain == pattern.removeprefix("^") and plain.startswith("/"):
        yield from edges(plain, full=full)
        return
    found = samples(pattern)
    for sample in found:
        yield sample, phrase("a path that the regular expression matches")
    base = (found[-1] if found else plain).rstrip("/")
    yield base or "/", phrase("a path that the regular expression matches, without its last slash")
    yield f"{base}/more", phrase("one element more than the regular expression needs")
    yield f"{base}x", phrase("one letter more than the regular expression needs")
    if base.swapcase() != base:
        yield base.swapcase(), phrase("a path that the regular expression matches, in the other case of letters")
    yield f"/before{base}", phrase("the regular expression's match is not at the beginning of the path")
    if plain.rstrip("/"):
        yield plain.rstrip("/"), phrase("only what the regular expression begins with")
    if full:
        yield from _unusual(base)


def _unusual(base: str) -> Iterator[Edge]:
    """What some clients write, and each proxy reads in its own way."""
    yield f"/{base or '/deeper'}", phrase("a doubled slash at the beginning of the path")
    yield f"{base or '/a'}//deeper", phrase("a doubled slash inside the path")
    yield f"{base or '/a'}%2Fdeeper", phrase("an encoded slash")
    yield f"/.{base or '/'}", phrase("an element . in the path")
    yield f"/other/..{base or '/'}", phrase("an element .. that takes the one before it back")
    yield f"{base}/deeper/%2e%2e/again", phrase("an encoded element ..")
    if base:
        yield f"{base}/../other", phrase("an element .. that leads out of the path")
        yield base[:-1] or "/", phrase("one letter less than the path has")
        if encoded := _one_letter_encoded(base):
            yield encoded, phrase("a letter of the path is percent-encoded")
    yield f"{base}/a%20b", phrase("an encoded space")
    yield f"{base or '/'}?x=1&y=%2F", phrase("a query")


def _one_letter_encoded(base: str) -> str:
    for at, letter in enumerate(base):
        if letter.isascii() and letter.isalnum() and base[max(0, at - 2) : at].find("%") < 0:
            return f"{base[:at]}%{ord(letter):02X}{base[at + 1 :]}"
    return ""
