"""Fields by name: `spec.rules[0].http`, `metadata.annotations["a.b/c"]`, or a tuple of keys and numbers."""

import re
from collections.abc import Sequence
from typing import Any

from labcore.errors import BadArgument, unknown
from labcore.language.messages import phrase

Path = tuple[str | int, ...]
_OLD_WORD = re.compile(r"^(y|n|yes|no|on|off|[\d:]+)$", re.IGNORECASE)  # booleans and times of YAML 1.1
_PART = re.compile(r"""\.?(?:(?P<name>[^.\[\]"']+)|\[(?P<index>\d+)\]|\[(?P<q>["'])(?P<key>.*?)(?P=q)\])""")


def path_of(field: str | Sequence[str | int]) -> Path:
    """The keys and numbers of a field's name; raises BadArgument."""
    if not isinstance(field, str):
        return tuple(field)
    parts: list[str | int] = []
    at = 0
    while at < len(field):
        match = _PART.match(field, at)
        if match is None:
            raise BadArgument(
                phrase(
                    '"{field}" does not name a field; write it as spec.rules[0].host, or metadata["a.b/c"]', field=field
                )
            )
        key = match["name"] if match["name"] is not None else match["key"]
        parts.append(int(match["index"]) if match["index"] is not None else key)
        at = match.end()
    if not parts:
        raise BadArgument(phrase("name a field, such as spec.replicas"))
    return tuple(parts)


def name_of(path: Path) -> str:
    """The other way round."""
    made = ""
    for part in path:
        if isinstance(part, int):
            made += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", part):
            made += f".{part}" if made else part
        else:
            made += f'["{part}"]'
    return made


def get(obj: Any, path: Path) -> Any:
    """The value of a field, or None where there is none."""
    for part in path:
        if isinstance(part, int):
            obj = obj[part] if isinstance(obj, list) and part < len(obj) else None
        else:
            obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def put(obj: Any, path: Path, value: Any) -> None:
    """Set a field, or take it away (None); maps on the way are made, items of lists are not."""
    for number, part in enumerate(path[:-1]):
        inner = _item(obj, part, path[: number + 1])
        if inner is None:
            inner = obj[part] = [] if isinstance(path[number + 1], int) else {}
        obj = inner
    last, value = path[-1], readable(value)
    if value is None:
        if isinstance(last, int):
            _item(obj, last, path)
            del obj[last]
        else:
            obj.pop(last, None)
    elif isinstance(last, int) and isinstance(obj, list) and last == len(obj):
        obj.append(value)
    else:
        _item(obj, last, path)
        obj[last] = value


def readable(value: Any) -> Any:
    """A value whose texts stay texts for readers of YAML 1.1 as well, as kubectl is one: `on` gets quotes."""
    if type(value) is dict:
        return {key: readable(one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return [readable(one) for one in value]
    if isinstance(value, str) and _OLD_WORD.match(value):
        from ruamel.yaml.scalarstring import DoubleQuotedScalarString

        return DoubleQuotedScalarString(value)
    return value


def _item(obj: Any, part: str | int, path: Path) -> Any:
    where = name_of(path[:-1]) or phrase("the object")
    if isinstance(part, int):
        if not isinstance(obj, list) or part >= len(obj):
            count = len(obj) if isinstance(obj, list) else 0
            raise BadArgument(
                phrase(
                    "{field} is not there: {where} has {count} items (the first is [0])",
                    field=name_of(path),
                    where=where,
                    count=count,
                )
            )
        return obj[part]
    if not isinstance(obj, dict):
        kind = phrase("a list") if isinstance(obj, list) else phrase("a value")
        raise unknown(
            phrase("field"),
            name_of(path),
            [],
            place=phrase("this manifest, as {where} is {kind}", where=where, kind=kind),
        )
    return obj.get(part)
