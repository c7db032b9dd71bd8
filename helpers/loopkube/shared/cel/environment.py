"""What the type checker knows: the functions that Kubernetes adds, variables, and types of objects."""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from loopkube.shared.cel import declare

_EXTENSIONS = ("two-var-comprehensions", "sets", "lists", "optional")
_LINE = re.compile(r"(?:(?P<target>[\w<>]+)\.)?(?P<name>[\w.]+)\((?P<args>.*)\) -> (?P<result>.+)")
_NAMESPACES = ("ip", "format", "jsonpatch", "strings")
_DECLARED_ANEW = ("string",)
"""Functions of the language that have more overloads in Kubernetes: the checker takes all of one function at once."""


def is_loaded() -> bool:
    """Whether the library is there; the first expression takes a tenth of a second, which no event loop should wait."""
    return bool(_loaded)


@cache
def _library() -> Any:
    from cel_expr_python import cel  # 14 MB, which most clusters never need

    return cel


@cache
def _functions(patches: bool) -> list[dict]:
    """What Kubernetes adds, as a configuration of the library lists it."""
    overloads: dict[str, list[dict]] = {}
    for index, line in enumerate(declare.lines(patches)):
        match = _LINE.fullmatch(line)
        assert match, line
        target, name, result = match["target"], match["name"], match["result"]
        if target in _NAMESPACES:
            target, name = None, f"{target}.{name}"
        args = [target] * bool(target) + [arg for part in match["args"].split(",") if (arg := part.strip())]
        typed = [_type(arg) for arg in args]
        overload = {"id": f"k8s_{index}", "return": _type(result)} | ({"target": typed.pop(0)} if target else {})
        overloads.setdefault(name, []).append(overload | {"args": typed})
    return [{"name": name, "overloads": signatures} for name, signatures in overloads.items()]


@lru_cache(maxsize=16)
def _config(patches: bool, variables: tuple[tuple[str, str], ...] = ()) -> Any:
    config = {
        "name": "kubernetes",
        "extensions": [{"name": name} for name in _EXTENSIONS],
        "stdlib": {"exclude_functions": [{"name": name} for name in _DECLARED_ANEW]},
        "variables": [{"name": name} | _type(type) for name, type in variables],
        "functions": _functions(patches),
    }
    return _library().NewEnvConfigFromYaml(json.dumps(config))  # JSON is YAML


def _type(text: str) -> dict:
    """A type as a configuration has it."""
    name, _, rest = text.partition("<")
    described: dict = {"type_name": declare.TYPES.get(name, name)}
    if rest:
        inner = rest[:-1]
        parts = inner.split(",", 1) if name == "map" else [inner]
        described["params"] = [_type(part) for part in parts]
    return described


_environments: dict[Any, Any] = {}
_MOST_ENVIRONMENTS = 64
_loaded: list[bool] = []


def environment(variables: Mapping[str, str], types: Any, patches: bool, *, kept: bool = True) -> Any:
    """One for each set of variables over the same types."""
    key = (types, tuple(variables.items()), patches)
    if key in _environments:
        return _environments[key]
    cel = _library()
    if any(type.startswith("optional_type<") for type in variables.values()):
        # The library's own types of variables lose what an optional holds; its configurations do not, but are slow.
        made = cel.NewEnv(types, config=_config(patches, tuple(variables.items())))
    else:
        declared = {name: cel.Type(declare.TYPES.get(type, type)) for name, type in variables.items()}
        made = cel.NewEnv(types, config=_config(patches), variables=declared)
    _loaded[:] = [True]
    if kept:
        if len(_environments) >= _MOST_ENVIRONMENTS:
            _environments.clear()
        _environments[key] = made
    return made
