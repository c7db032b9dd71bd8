"""YAML and JSON as kubectl reads them: of a key given twice the last counts, a date is text, a tab may follow a colon.

libyaml reads as Go's library does, which was made from it. Texts that would take without end are refused first: deep
nesting, and aliases that unfold to more than Go's library takes.
"""

import json
from collections.abc import Iterator
from itertools import pairwise

import yaml

from labcore.language.messages import phrase

DEEPEST = 200  # levels; a large CustomResourceDefinition has about 40
LARGEST = 400_000  # values after aliases are unfolded; go-yaml looks closer from here on
_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TooMuch(yaml.YAMLError):
    """A text that is YAML, but nobody's manifest."""


class Loader(_Base):  # type: ignore[valid-type, misc]
    """Fast; its errors name no line."""


class Slow(yaml.SafeLoader):
    """For errors, which it words as a reader needs them."""


for _loader in (Loader, Slow):
    _loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def contents(text: str) -> Iterator[object]:
    """The documents of a text, in order; raises yaml.YAMLError at the first that cannot be read."""
    values = json_values(text)
    if values is not None:
        yield from (value for _, _, value in values)
        return
    try:
        weigh(text)
        parsed = list(yaml.load_all(text, Loader))
    except TooMuch:
        raise
    except RecursionError:
        raise TooMuch(_deep()) from None
    except (yaml.YAMLError, ValueError):
        parsed = None
    yield from yaml.load_all(text, Slow) if parsed is None else parsed


def json_values(text: str) -> list[tuple[int, int, object]] | None:
    """The JSON values of a text that holds nothing else, each with its begin and end; None if it is not JSON."""
    at, values = _blank(text, 0), []
    if text[at : at + 1] not in ("{", "["):
        return None
    decoder = json.JSONDecoder()
    try:
        while at < len(text):
            value, end = decoder.raw_decode(text, at)
            values.append((at, end, value))
            at = _blank(text, end)
    except RecursionError:
        raise TooMuch(_deep()) from None
    except ValueError:
        return None
    return values


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at


def weigh(text: str) -> None:
    """Raises TooMuch before anything is built of it."""
    weights: dict[str, int] = {}
    open_: list[list] = []  # [anchor, weight]
    for event in yaml.parse(text, _Base):
        weight = 1
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append([event.anchor, 1])
            if len(open_) > DEEPEST:
                raise TooMuch(_deep())
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, weight = open_.pop()
            weights |= {anchor: weight} if anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            weight = weights.get(event.anchor or "", 1)
        elif not isinstance(event, yaml.ScalarEvent):
            continue
        if open_:
            open_[-1][1] += weight
            if weights and open_[-1][1] > LARGEST:
                raise TooMuch("document contains excessive aliasing")


def untabbed(text: str) -> str:
    """Tabs between tokens as spaces, for a reader that does not know them; all else stays where it is."""
    if "\t" not in text:
        return text
    made, last = [], 0
    try:
        tokens = list(yaml.scan(text, _Base))
    except yaml.YAMLError:
        return text
    for token in tokens:
        if isinstance(token, yaml.ScalarToken):
            made += [_spaces(text[last : token.start_mark.index]), text[token.start_mark.index : token.end_mark.index]]
            last = token.end_mark.index
    return "".join([*made, _spaces(text[last:])])


def _spaces(between: str) -> str:
    lines = [line.partition("#") for line in between.split("\n")]
    return "\n".join(code.replace("\t", " ") + sign + said for code, sign, said in lines)


def template_line(text: str) -> int:
    """The first line that belongs to a template language (Helm, Jinja), and not to YAML; 0 if there is none."""
    if "{{" not in text and "{%" not in text:
        return 0
    try:
        tokens = list(yaml.scan(text, _Base))
    except yaml.YAMLError:
        at = min(position for position in (text.find("{{"), text.find("{%")) if position >= 0)
        return text.count("\n", 0, at) + 1
    for token, after in pairwise(tokens):
        opened = isinstance(token, yaml.FlowMappingStartToken) and isinstance(after, yaml.FlowMappingStartToken)
        plain = isinstance(token, yaml.ScalarToken) and token.plain and ("{{" in token.value or "{%" in token.value)
        if plain or (opened and token.end_mark.index == after.start_mark.index):
            return int(token.start_mark.line) + 1
    return 0


def _deep() -> str:
    return phrase("it is nested more than {number} levels deep, which no manifest is", number=DEEPEST)
