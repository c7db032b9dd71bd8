"""Whether a value fits its schema; texts and order follow kube-openapi/pkg/validation/validate.

On update a part that did not change is not judged again (KEP-4008, ratcheting), so that a stricter schema
does not stop people from changing the rest.
"""

import orjson

from loopkube.kinds.shared.patience import go_on
from loopkube.kinds.shared.structural.scalars import Errors, in_body, number_errors, string_errors, type_errors
from loopkube.kinds.shared.structural.schema import Schema
from loopkube.shared.status import INVALID, NOT_SUPPORTED, REQUIRED, TOO_MANY, FieldError, quoted

NEW = object()
"""Stands for the old value where there is none to compare with."""

_NOWHERE = "<nil>"


class Result:
    """The errors of one value, and how many checks were made: of several alternatives the closest is told."""

    __slots__ = ("checks", "errors")

    def __init__(self) -> None:
        self.errors: Errors = []
        self.checks = 0

    def merge(self, other: "Result") -> None:
        self.errors += other.errors
        self.checks += other.checks


def validate(value: object, schema: Schema, path: str = "", old: object = NEW) -> Errors:
    """Everything wrong with `value`; `old` is what it replaces, or NEW."""
    return _check(value, schema, path, old).errors


def _check(value: object, schema: Schema, path: str, old: object) -> Result:
    result = Result()
    if old is not NEW and old == value:
        return result
    go_on()
    result.checks += 1
    result.errors += type_errors(value, schema, path)
    if value is not None:
        _check_composition(result, value, schema, path)
        if isinstance(value, str):
            result.errors += string_errors(value, schema, path)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            result.errors += number_errors(value, schema, path)
        elif isinstance(value, list):
            _check_items(result, value, schema, path, old)
    if "enum" in schema and not any(_equal(value, allowed) for allowed in schema["enum"]):
        names = ", ".join(quoted(v if isinstance(v, str) else orjson.dumps(v).decode()) for v in schema["enum"])
        result.errors.append(FieldError(NOT_SUPPORTED, path, value, f"supported values: {names}"))
    if isinstance(value, dict):
        _check_fields(result, value, schema, path, old)
    return result


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _check_items(result: Result, value: list, schema: Schema, path: str, old: object) -> None:
    items = schema.get("items")
    if items:
        before = _items_by_key(old, schema)
        for index, item in enumerate(value):
            result.merge(_check(item, items, f"{path}[{index}]", before.get(_key_of(item, schema), NEW)))
    if "minItems" in schema and len(value) < schema["minItems"]:
        message = f"{in_body(path)} should have at least {schema['minItems']} items"
        result.errors.append(FieldError(INVALID, path, len(value), message))
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        result.errors.append(_too_many(path, len(value), schema["maxItems"]))
    if schema.get("uniqueItems") and len({orjson.dumps(v, option=orjson.OPT_SORT_KEYS) for v in value}) < len(value):
        result.errors.append(FieldError(INVALID, path, "", f"{in_body(path)} shouldn't contain duplicates"))


def _too_many(path: str, count: int, most: int) -> FieldError:
    return FieldError(TOO_MANY, path, detail=f"{count}: must have at most {most} {'item' if most == 1 else 'items'}")


def _items_by_key(old: object, schema: Schema) -> dict[object, object]:
    """The old items of a keyed list; items of other lists cannot be found again."""
    if not isinstance(old, list) or schema.get("x-kubernetes-list-type") != "map":
        return {}
    return {_key_of(item, schema): item for item in old if _key_of(item, schema)}


def _key_of(item: object, schema: Schema) -> tuple | None:
    if not isinstance(item, dict):
        return None
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    return tuple(orjson.dumps(item.get(key)) for key in keys) or None


def _check_fields(result: Result, value: dict, schema: Schema, path: str, old: object) -> None:
    if "minProperties" in schema and len(value) < schema["minProperties"]:
        least = schema["minProperties"]
        message = f"{in_body(path)} should have at least {least} properties"
        result.errors.append(FieldError(INVALID, path, least, message))
        return
    if "maxProperties" in schema and len(value) > schema["maxProperties"]:
        result.errors.append(_too_many(path, len(value), schema["maxProperties"]))
        return
    before = old if isinstance(old, dict) else {}
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, inner in value.items():
        here = f"{path}.{name}" if path else name
        if name in properties:
            result.merge(_check(inner, properties[name], here, before.get(name, NEW)))
        elif isinstance(more, dict):
            result.merge(_check(inner, more, here, before.get(name, NEW)))
        elif more is False:
            message = f"{path}.{name} in body is a forbidden property"
            result.errors.append(FieldError(INVALID, path, name, message))
    for name in schema.get("required") or ():
        if name not in value:
            result.errors.append(FieldError(REQUIRED, f"{path}.{name}" if path else name))


def _check_composition(result: Result, value: object, schema: Schema, path: str) -> None:
    """anyOf, oneOf, allOf, not. Their own complaints name no field but quote the path."""
    if schema.get("anyOf"):
        results = [_check(value, part, path, NEW) for part in schema["anyOf"]]
        if all(r.errors for r in results):
            result.errors.append(_composed(path, "must validate at least one schema (anyOf)"))
            result.merge(_closest(results))
    if schema.get("oneOf"):
        _check_one_of(result, [_check(value, part, path, NEW) for part in schema["oneOf"]], path)
    if schema.get("allOf"):
        results = [_check(value, part, path, NEW) for part in schema["allOf"]]
        for part in results:
            result.merge(part)
        if any(r.errors for r in results):
            none = ". None validated" if all(r.errors for r in results) else ""
            result.errors.append(_composed(path, f"must validate all the schemas (allOf){none}"))
    if schema.get("not") and not _check(value, schema["not"], path, NEW).errors:
        result.errors.append(_composed(path, "must not validate the schema (not)"))


def _check_one_of(result: Result, results: list[Result], path: str) -> None:
    valid = sum(not r.errors for r in results)
    if valid == 1:
        return
    why = f"Found {valid} valid alternatives" if valid else "Found none valid"
    result.errors.append(_composed(path, f"must validate one and only one schema (oneOf). {why}"))
    if not valid:
        result.merge(_closest(results))


def _closest(results: list[Result]) -> Result:
    return max(results, key=lambda r: r.checks)


def _composed(path: str, message: str) -> FieldError:
    return FieldError(INVALID, _NOWHERE, "", f'"{path}" {message}')
