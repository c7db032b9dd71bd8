"""Pruning and defaulting along a structural schema (apiextensions-apiserver/pkg/apiserver/schema).

A schema here is the plain `openAPIV3Schema` of a version of a CustomResourceDefinition.
"""

import copy
from collections.abc import Iterator

import orjson

from loopkube.kinds.shared.patience import grow

Schema = dict

OPEN = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
META_FIELDS = frozenset(("apiVersion", "kind", "metadata"))


def schema_of(version: dict) -> Schema:
    """The schema of a version entry of a definition."""
    return (version.get("schema") or {}).get("openAPIV3Schema") or {}


def below(schema: Schema, name: str) -> Schema | None:
    """The schema of a field, or None where the schema does not know it."""
    property_schema = (schema.get("properties") or {}).get(name)
    if property_schema is not None:
        return property_schema
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        return more
    return {OPEN: True} if more is True else None


def prune(value: object, schema: Schema, path: str = "", *, resource: bool = False) -> list[str]:
    """Removes fields that the schema does not know, in place; returns their paths, sorted.

    `resource` marks an object with its own kind and metadata: the root, or an embedded one.
    """
    return sorted(_prune(value, schema, path, resource))


def _prune(value: object, schema: Schema, path: str, resource: bool) -> list[str]:
    removed: list[str] = []
    if isinstance(value, list):
        items = schema.get("items") or ({OPEN: True} if schema.get(OPEN) else {})
        for index, item in enumerate(value):
            removed += _prune(item, items, f"{path}[{index}]", bool(items.get(EMBEDDED)))
    elif isinstance(value, dict):
        resource = resource or bool(schema.get(EMBEDDED))
        for name in list(value):
            if resource and name in META_FIELDS:
                continue
            here, inner = f"{path}.{name}" if path else name, below(schema, name)
            if inner is not None:
                removed += _prune(value[name], inner, here, bool(inner.get(EMBEDDED)))
            elif not schema.get(OPEN):
                del value[name]
                removed.append(here)
    return removed


def embedded(value: object, schema: Schema, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every object inside `value` that has metadata of its own, with its path."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from embedded(item, schema.get("items") or {}, f"{path}[{index}]")
    elif isinstance(value, dict):
        if schema.get(EMBEDDED):
            yield path, value
        for name, inner in value.items():
            there = below(schema, name)
            if there:
                yield from embedded(inner, there, f"{path}.{name}" if path else name)


def default(value: object, schema: Schema) -> None:
    """Fills in defaults in place, and drops nulls where null is not a value."""
    if isinstance(value, list):
        for item in value:
            default(item, schema.get("items") or {})
    elif isinstance(value, dict):
        for name, inner in (schema.get("properties") or {}).items():
            _default_field(value, name, inner)
        for name in value:
            inner = below(schema, name)
            if inner:
                default(value[name], inner)


def _default_field(value: dict, name: str, schema: Schema) -> None:
    if name in value and (value[name] is not None or schema.get("nullable")):
        return
    if "default" in schema:
        grow(len(orjson.dumps(schema["default"])))
        value[name] = copy.deepcopy(schema["default"])
    elif name in value and _has_type(schema):
        del value[name]


def _has_type(schema: Schema) -> bool:
    return bool(schema.get("type") or schema.get(INT_OR_STRING))


def has_defaults(schema: Schema) -> bool:
    """Whether defaults stand anywhere in the schema."""
    inner = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return "default" in schema or any(isinstance(part, dict) and has_defaults(part) for part in inner)


def has_rules(schema: Schema) -> bool:
    """Whether CEL rules stand anywhere in the schema."""
    if schema.get("x-kubernetes-validations"):
        return True
    inner = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    inner += schema.get("allOf") or ()
    return any(isinstance(part, dict) and has_rules(part) for part in inner)
