"""Bytes of a request to plain data, from JSON or YAML, with the fields that stand twice."""

import json
import re

import yaml

from loopkube.api.decoding import strict
from loopkube.api.decoding.errors import BodyError
from loopkube.api.decoding.json_errors import go_message
from loopkube.api.decoding.yaml_values import loader_class

_LARGEST_EXPANSION = 400_000  # values, aliases counted as often as they stand (go-yaml: alias_ratio_range_low)
_DEEPEST = 500
_SURROGATE = re.compile("[\ud800-\udfff]")
_OPEN = -1


def from_json(body: bytes) -> tuple[object, list[str]]:
    """The data and what is said of duplicate fields; raises BodyError in Go's words."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode(errors="replace")
    try:
        data = _JSON.decode(text)
    except (ValueError, RecursionError):
        raise BodyError(f"json parse error: {_json_words(text)}") from None
    if "\\ud" in text or "\\uD" in text:
        data = _without_surrogates(data)
    if not strict.has_lost_members(body, data):
        return data, []
    return data, strict.first(strict.doubled(strict.members(text)))


def _without_surrogates(data: object) -> object:
    """Half a character is read as U+FFFD, as Go does it."""
    if isinstance(data, str):
        return _SURROGATE.sub("\ufffd", data)
    if isinstance(data, list):
        return [_without_surrogates(item) for item in data]
    if isinstance(data, dict):
        return {_without_surrogates(key): _without_surrogates(value) for key, value in data.items()}
    return data


def _json_words(text: str) -> str:
    try:
        return go_message(text)
    except RecursionError:
        return "exceeded max depth"


def _no_constant(name: str) -> None:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def from_yaml(body: bytes) -> tuple[object, list[str]]:
    """The data and the lines of duplicate keys; scalars are read as Go's YAML does it (no dates, no base 60)."""
    _check_depth(body)
    loader = loader_class()(body)
    try:
        node = loader.get_single_node()
        if b"*" in body:
            _check_aliases(node)
        data = None if node is None else loader.construct_document(node)
        return data, [f"line {line}: {text}" for line, text in sorted(loader.twice)]
    except yaml.YAMLError as error:
        raise BodyError(f"error converting YAML to JSON: yaml: {_yaml_words(error)}") from None
    except RecursionError:
        raise BodyError("error converting YAML to JSON: yaml: exceeded max depth") from None
    finally:
        loader.dispose()


def _check_depth(body: bytes) -> None:
    """Refuses what would exhaust the stack of the YAML library, which is C and does not look at its depth itself."""
    openers = (b"[", b"{", b"- ", b"? ", b"-\t", b"?\t")
    if sum(map(body.count, openers)) < _DEEPEST and b" " * _DEEPEST not in body:
        return
    depth = 0
    try:
        for event in yaml.parse(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise BodyError(f"error converting YAML to JSON: yaml: exceeded max depth of {_DEEPEST}")
    except yaml.YAMLError:
        return  # it is told where the body is read


def _check_aliases(root: yaml.Node | None) -> None:
    """Refuses what a few lines of anchors and aliases would blow up to, as Go's YAML does."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        known = sizes.get(id(node))
        if known == _OPEN:
            raise BodyError("error converting YAML to JSON: yaml: anchor value contains itself")
        if known is None:
            sizes[id(node)] = _OPEN
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            inner = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in pairs for part in pair]
            known = sizes[id(node)] = 1 + sum(map(size, inner))
        return known

    if root is not None and size(root) > _LARGEST_EXPANSION:
        raise BodyError("error converting YAML to JSON: yaml: document contains excessive aliasing")


def _yaml_words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}" if mark else problem
