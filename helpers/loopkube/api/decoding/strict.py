"""What strict decoding says of a document: fields that are unknown or stand twice, as Go's decoders meet them.

Fields of a typed object are named in the order of the document, and one that is unknown is not named as doubled, too.
What no type is known of has duplicates only. YAML has the lines of its duplicates first.
"""

import json
from collections.abc import Iterable, Iterator

import orjson

MOST_PROBLEMS = 100
"""Unknown and doubled fields that are told of one object (sigs.k8s.io/json: savedStrictErrors)."""
YAML_DUPLICATES = "yaml: unmarshal errors:\n  "
_OPERATION = ("op", "path", "from", "value")


class Members(list):
    """An object's members as they stand, duplicates and all."""


def members(text: str | bytes) -> object:
    """A document, which is known to be JSON, with every object as its members."""
    return json.loads(text, object_pairs_hook=Members)


def is_doubled(text: str | bytes) -> bool:
    """Whether any key stands twice in a document that is known to be JSON."""
    body = text.encode() if isinstance(text, str) else text
    try:
        return has_lost_members(body, orjson.loads(body))
    except orjson.JSONDecodeError:  # half a character, or nested deeper than orjson reads
        return _repeats(body)


def has_lost_members(body: bytes, data: object) -> bool:
    """The same of a document that has been parsed: `data` has fewer texts than the document if a key is doubled."""
    try:
        return _marks(body) != _marks(orjson.dumps(data))
    except orjson.JSONEncodeError:  # nested deeper than orjson writes, or an integer of more than 64 bits
        return _repeats(body)


def _marks(body: bytes) -> int:
    """The quotation marks that begin and end texts; those within a text are escaped."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return body.count(b'"')


def _repeats(body: bytes) -> bool:
    repeats: list[bool] = []

    def look(object: list[tuple[str, object]]) -> None:
        if len(object) > 1 and len({key for key, _ in object}) != len(object):
            repeats.append(True)

    json.loads(body.decode(errors="replace"), object_pairs_hook=look)
    return bool(repeats)


def pairs(value: object) -> Iterable[tuple[str, object]]:
    """The members of an object in either form; none where it is no object."""
    if isinstance(value, Members):
        return value
    return value.items() if isinstance(value, dict) else ()


def items(value: object) -> Iterable[object]:
    """The items of a list; none where it is none."""
    return value if isinstance(value, list) and not isinstance(value, Members) else ()


def at(path: str, key: str) -> str:
    """The path of a field, as Go's strict decoder spells it: `spec.containers`."""
    return f"{path}.{key}" if path else key


def unknown(path: str) -> str:
    """In the words of sigs.k8s.io/json."""
    return f'unknown field "{path}"'


def doubled(value: object, path: str = "") -> Iterator[str]:
    """The duplicates in a document of no known type."""
    names: set[str] = set()
    for key, inner in pairs(value):
        if key in names:
            yield duplicate(at(path, key))
        names.add(key)
        yield from doubled(inner, at(path, key))
    for index, item in enumerate(items(value)):
        yield from doubled(item, f"{path}[{index}]")


def duplicate(path: str) -> str:
    """In the words of sigs.k8s.io/json."""
    return f'duplicate field "{path}"'


def of_patch(body: bytes) -> list[str]:
    """What stands twice in a patch that is an object."""
    return first(doubled(members(body))) if is_doubled(body) else []


def of_operations(body: bytes) -> list[str]:
    """What stands twice in the operations of a JSON patch, or is no part of an operation."""
    return first(_operations(members(body)))


def _operations(patch: object) -> Iterator[str]:
    for index, operation in enumerate(items(patch)):
        names: set[str] = set()
        for key, inner in pairs(operation):
            path = f"[{index}].{key}"
            if key not in _OPERATION:
                yield f"json patch {unknown(path)}"
                continue
            if key in names:
                yield f"json patch {duplicate(path)}"
            names.add(key)
            yield from (f"json patch {problem}" for problem in doubled(inner, path))


def first(problems: Iterable[str]) -> list[str]:
    """Each once, and as many as are told."""
    distinct: dict[str, None] = {}
    for problem in problems:
        distinct[problem] = None
        if len(distinct) >= MOST_PROBLEMS:
            break
    return list(distinct)


def refusal(problems: Iterable[str], lines: Iterable[str] = ()) -> str:
    """All of it in one sentence; `lines` are the duplicates of a YAML document."""
    told = "\n  ".join(lines)
    return f"strict decoding error: {', '.join([*([YAML_DUPLICATES + told] if told else []), *problems])}"
