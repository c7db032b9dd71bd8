"""The part of kubectl's JSONPath that printer columns use: fields, indexes, `[*]`, and filters on one field."""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

Step = Callable[[object], Iterator[object]]

_TOKEN = re.compile(
    r"""\.(?P<field>(?:\\.|[^.\[\\])+)"""
    r"""|\[(?P<quote>['"])(?P<key>.*?)(?P=quote)\]"""
    r"""|\[(?P<index>-?\d{1,18})\]"""
    r"""|(?P<every>\[\*\]|\.\*)"""
    r"""|\[\?\(@\.(?P<left>[^=!<>\s]+)\s*(?P<operator>==|!=)\s*(?P<right>[^)]+?)\s*\)\]"""
)


def find(obj: object, path: str) -> list:
    """Everything the path leads to; nothing where it leads nowhere or is not understood."""
    values = [obj]
    for step in _steps(path):
        values = [below for value in values for below in step(value)]
    return values


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[Step, ...]:
    steps, at = [], 0
    text = path if path.startswith((".", "[")) else f".{path}"
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            return (lambda value: iter(()),)
        try:
            steps.append(_step(match))
        except ValueError:  # a filter that compares with no value
            return (lambda value: iter(()),)
        at = match.end()
    return tuple(steps)


def _step(match: re.Match) -> Step:
    if match["every"] or match["field"] == "*":
        return _every
    if match["index"] is not None:
        return _at(int(match["index"]))
    if match["left"]:
        return _where(match["left"], match["operator"] == "==", match["right"])
    return _field(match["key"] if match["key"] is not None else re.sub(r"\\(.)", r"\1", match["field"]))


def _field(key: str) -> Step:
    def step(value: object) -> Iterator[object]:
        if isinstance(value, dict) and key in value:
            yield value[key]

    return step


def _at(index: int) -> Step:
    def step(value: object) -> Iterator[object]:
        if isinstance(value, list) and -len(value) <= index < len(value):
            yield value[index]

    return step


def _every(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()


def _where(left: str, equal: bool, right: str) -> Step:
    literal = json.loads(f'"{right[1:-1]}"' if right[:1] in ("'", '"') else right)

    def step(value: object) -> Iterator[object]:
        for item in value if isinstance(value, list) else ():
            if (literal in find(item, f".{left}")) == equal:
                yield item

    return step
