"""Bytes of a request to plain data, from JSON or YAML, with the fields that stand twice."""

import json
from functools import cache

import yaml

from loopkube.api.decoding.errors import BodyError
from loopkube.api.decoding.json_errors import go_message

_YAML_INTEGER = r"^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0o[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+)$"
_YAML_FLOAT = r"^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|\.[0-9]+)$"
_ALREADY = "error converting YAML to JSON: yaml: unmarshal errors:\n"


def from_json(body: bytes) -> tuple[object, list[str]]:
    """The data and what is said of duplicate fields; raises BodyError in Go's words."""
    twice: list[bool] = []

    def members(pairs: list[tuple[str, object]]) -> dict:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice.append(True)
        return found

    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode(errors="replace")
    try:
        data = json.loads(text, object_pairs_hook=members, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BodyError(f"json parse error: {go_message(text)}") from None
    return data, [f'duplicate field "{path}"' for path in _duplicates(text)] if twice else []


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _Pairs(list):
    """An object's members as they stand, duplicates and all."""


def _duplicates(text: str) -> list[str]:
    found: list[str] = []
    _walk(json.loads(text, object_pairs_hook=_Pairs), "", found)
    return found


def _walk(data: object, path: str, found: list[str]) -> None:
    if isinstance(data, _Pairs):
        names: set[str] = set()
        for key, value in data:
            at = f"{path}.{key}" if path else key
            if key in names and at not in found:
                found.append(at)
            names.add(key)
            _walk(value, at, found)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _walk(value, f"{path}[{index}]", found)


def from_yaml(body: bytes) -> tuple[object, list[str]]:
    """As `from_json`; scalars are read as Go's YAML reads them (no dates, no base 60)."""
    loader = _loader()(body)
    try:
        data = loader.get_single_data()
        return data, [_ALREADY + "\n".join(loader.twice)] if loader.twice else []
    except yaml.YAMLError as error:
        raise BodyError(f"error converting YAML to JSON: yaml: {_yaml_words(error)}") from None
    finally:
        loader.dispose()


def _yaml_words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}" if mark else problem


@cache
def _loader() -> type:
    """A safe loader, fast where libyaml is there."""
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        yaml_implicit_resolvers = _resolvers(base)

        def __init__(self, stream: bytes) -> None:
            super().__init__(stream)
            self.twice: list[str] = []

        def construct_mapping(self, at: yaml.MappingNode, deep: bool = False) -> dict:
            names: set[str] = set()
            for key, _ in at.value:
                if isinstance(key, yaml.ScalarNode) and key.value in names and key.value != "<<":
                    self.twice.append(f'  line {key.start_mark.line + 1}: key "{key.value}" already set in map')
                names.add(key.value if isinstance(key, yaml.ScalarNode) else "")
            return {_key(key): value for key, value in super().construct_mapping(at, deep).items()}

    Loader.add_constructor("tag:yaml.org,2002:int", _integer)
    return Loader


def _integer(loader: yaml.SafeLoader, at: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(at).replace("_", "")
    digits = text.lstrip("+-")
    old_octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
    number = int(digits, 8 if old_octal else 0)
    return -number if text.startswith("-") else number


def _key(key: object) -> str:
    """JSON's keys are strings: `1: a` and `true: a` become `"1"` and `"true"`."""
    if isinstance(key, bool):
        return str(key).lower()
    return key if isinstance(key, str) else str(key)


def _resolvers(base: type) -> dict:
    import re

    dropped = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
    kept = {
        first: [(tag, form) for tag, form in pairs if tag not in dropped]
        for first, pairs in base.yaml_implicit_resolvers.items()  # type: ignore[attr-defined]
    }
    for first in "-+0123456789.":
        kept.setdefault(first, []).append(("tag:yaml.org,2002:int", re.compile(_YAML_INTEGER)))
        kept[first].append(("tag:yaml.org,2002:float", re.compile(_YAML_FLOAT)))
    return kept
