"""What the values of a YAML document are, as Go's YAML reads them: no dates, no base 60, and strings in doubt."""

import base64
import math
import re
from functools import cache

import yaml

from loopkube.api.decoding.errors import BodyError

_YAML_INTEGER = r"^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0o[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+)$"
_YAML_FLOAT = r"^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|\.[0-9]+)$"
_is_integer = re.compile(_YAML_INTEGER).match
_CONVERTING = "error converting YAML to JSON: yaml: "
_BASES = {"0x": 16, "0o": 8, "0b": 2}
_LONGEST_NUMBER = 400
"""Digits; a longer one is too large for a float, too."""


@cache
def loader_class() -> type:
    """A safe loader, fast where libyaml is there."""
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        yaml_implicit_resolvers = _resolvers(base)

        def __init__(self, stream: bytes) -> None:
            super().__init__(stream)
            self.twice: list[tuple[int, str]] = []

        def construct_mapping(self, at: yaml.MappingNode, deep: bool = False) -> dict:
            names: set[str] = set()
            for key, value in at.value if isinstance(at, yaml.MappingNode) else ():
                if isinstance(key, yaml.ScalarNode) and key.value in names and key.value != "<<":
                    self.twice.append((value.start_mark.line + 1, f'key "{key.value}" already set in map'))
                names.add(key.value if isinstance(key, yaml.ScalarNode) else "")
            return {_key(key): value for key, value in super().construct_mapping(at, deep).items()}

    for name, construct in (("int", _integer), ("float", _float), ("bool", _boolean), ("binary", _binary)):
        Loader.add_constructor(f"tag:yaml.org,2002:{name}", construct)
    for tag in ("timestamp", "set", "omap", "pairs"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", _as_it_stands)
    Loader.add_constructor(None, _as_it_stands)
    return Loader


def _integer(loader: yaml.SafeLoader, at: yaml.ScalarNode) -> int | float | str:
    """As Go's resolver: what is too large for 64 bits is a float, and what is not a number after all a string."""
    text = loader.construct_scalar(at)
    if not _is_integer(text):
        raise _mismatch(at, "int")
    digits, negative = text.replace("_", "").lstrip("+-"), text.startswith("-")
    base = _BASES.get(digits[:2], 8 if digits[0] == "0" else 10)
    digits = digits[2:] if digits[:2] in _BASES else digits
    if not digits or len(digits) > _LONGEST_NUMBER:
        return text
    number = int(digits, base)
    if number >= (2**63 + 1 if negative else 2**64):
        return _finite(text) if base == 10 else text
    return -number if negative else number


def _float(loader: yaml.SafeLoader, at: yaml.ScalarNode) -> float | str:
    text = loader.construct_scalar(at)
    try:
        return _finite(text)
    except ValueError:
        raise _mismatch(at, "float") from None


def _finite(text: str) -> float | str:
    number = float(text.replace("_", ""))
    return number if math.isfinite(number) else text


def _boolean(loader: yaml.SafeLoader, at: yaml.ScalarNode) -> bool:
    value = loader.bool_values.get(loader.construct_scalar(at).lower())
    if value is None:
        raise _mismatch(at, "bool")
    return value


def _binary(loader: yaml.SafeLoader, at: yaml.ScalarNode) -> str:
    try:
        return base64.b64decode(loader.construct_scalar(at), validate=False).decode(errors="replace")
    except ValueError:
        raise BodyError(f"{_CONVERTING}!!binary value contains invalid base64 data") from None


def _as_it_stands(loader: yaml.SafeLoader, at: yaml.ScalarNode | yaml.MappingNode | yaml.SequenceNode) -> object:
    """A tag that says nothing to JSON is passed over, as in Go."""
    if isinstance(at, yaml.MappingNode):
        return loader.construct_mapping(at, deep=True)
    if isinstance(at, yaml.SequenceNode):
        return loader.construct_sequence(at, deep=True)
    return loader.construct_scalar(at)


def _mismatch(at: yaml.ScalarNode, tag: str) -> BodyError:
    return BodyError(f"{_CONVERTING}cannot decode !!str `{at.value}` as a !!{tag}")


def _key(key: object) -> str:
    """JSON's keys are strings: `1: a` and `true: a` become `"1"` and `"true"`."""
    if isinstance(key, bool):
        return str(key).lower()
    return key if isinstance(key, str) else str(key)


def _resolvers(base: type) -> dict:
    dropped = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
    kept = {
        first: [(tag, form) for tag, form in pairs if tag not in dropped]
        for first, pairs in base.yaml_implicit_resolvers.items()  # type: ignore[attr-defined]
    }
    for first in "-+0123456789.":
        kept.setdefault(first, []).append(("tag:yaml.org,2002:int", re.compile(_YAML_INTEGER)))
        kept[first].append(("tag:yaml.org,2002:float", re.compile(_YAML_FLOAT)))
    return kept
