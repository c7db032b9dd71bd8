"""Whether a value fits its schema; texts and order follow kube-openapi/pkg/validation/validate.

On update a part that did not change is not judged again (KEP-4008, ratcheting), so that a stricter schema
does not stop people from changing the rest.
"""

import re
from functools import lru_cache

import orjson

from loopkube.api.custom import formats
from loopkube.api.custom.structural import INT_OR_STRING, Schema
from loopkube.api.errors import INVALID, NOT_SUPPORTED, REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID, FieldError, quoted

NEW = object()
"""Stands for the old value where there is none to compare with."""

Errors = list[FieldError]
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
    result.checks += 1
    result.errors += _type_errors(value, schema, path)
    if value is not None:
        _check_composition(result, value, schema, path)
        if isinstance(value, str):
            result.errors += _string_errors(value, schema, path)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            result.errors += _number_errors(value, schema, path)
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


def _type_errors(value: object, schema: Schema, path: str) -> Errors:
    wanted = "integer,string" if schema.get(INT_OR_STRING) else schema.get("type", "")
    found = json_type(value)
    fits = (
        not wanted
        or found in wanted.split(",")
        or (found == "null" and schema.get("nullable"))
        or (found == "integer" and wanted == "number")
        or (isinstance(value, float) and value.is_integer() and wanted == "integer")
    )
    if not fits and not (schema.get("format") and found in ("string", "array") and wanted not in ("number", "integer")):
        return [FieldError(TYPE_INVALID, path, found, f'{_in_body(path)} must be of type {wanted}: "{found}"')]
    form = schema.get("format", "")
    if form and isinstance(value, str) and wanted in ("string", "") and not formats.fits(form, value):
        return [FieldError(TYPE_INVALID, path, value, f"{_in_body(path)} must be of type {form}: {quoted(value)}")]
    return []


def json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "integer", float: "number", list: "array", dict: "object"}[type(value)]


def _in_body(path: str) -> str:
    return f"{path} in body"


def _string_errors(value: str, schema: Schema, path: str) -> Errors:
    errors = []
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        errors.append(FieldError(TOO_LONG, path, detail=f"may not be more than {schema['maxLength']} bytes"))
    if "minLength" in schema and len(value) < schema["minLength"]:
        words = f"{_in_body(path)} should be at least {schema['minLength']} chars long"
        errors.append(FieldError(INVALID, path, value, words))
    if schema.get("pattern") and not _pattern(schema["pattern"]).search(value):
        errors.append(FieldError(INVALID, path, value, f"{_in_body(path)} should match '{schema['pattern']}'"))
    return errors


@lru_cache(maxsize=1024)
def _pattern(form: str) -> re.Pattern:
    """A pattern of Go's RE2, as Python reads it: `$` and `\\z` end the text, not the line."""
    python = form.replace("\\z", "\\Z")
    if python.endswith("$") and not python.endswith("\\$"):
        python = python[:-1] + "\\Z"
    return re.compile(python)


def _number_errors(value: float, schema: Schema, path: str) -> Errors:
    errors = []
    if schema.get("multipleOf") and (value / schema["multipleOf"]) % 1:
        words = f"{_in_body(path)} should be a multiple of {_number(schema['multipleOf'])}"
        errors.append(FieldError(INVALID, path, value, words))
    if "maximum" in schema:
        limit, exclusive = schema["maximum"], schema.get("exclusiveMaximum", False)
        if value > limit or (exclusive and value == limit):
            words = "less than" if exclusive else "less than or equal to"
            errors.append(FieldError(INVALID, path, value, f"{_in_body(path)} should be {words} {_number(limit)}"))
    if "minimum" in schema:
        limit, exclusive = schema["minimum"], schema.get("exclusiveMinimum", False)
        if value < limit or (exclusive and value == limit):
            words = "greater than" if exclusive else "greater than or equal to"
            errors.append(FieldError(INVALID, path, value, f"{_in_body(path)} should be {words} {_number(limit)}"))
    return errors


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _check_items(result: Result, value: list, schema: Schema, path: str, old: object) -> None:
    items = schema.get("items")
    if items:
        before = _items_by_key(old, schema)
        for index, item in enumerate(value):
            result.merge(_check(item, items, f"{path}[{index}]", before.get(_key_of(item, schema), NEW)))
    if "minItems" in schema and len(value) < schema["minItems"]:
        words = f"{_in_body(path)} should have at least {schema['minItems']} items"
        result.errors.append(FieldError(INVALID, path, len(value), words))
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        result.errors.append(_too_many(path, len(value), schema["maxItems"]))
    if schema.get("uniqueItems") and len({orjson.dumps(v, option=orjson.OPT_SORT_KEYS) for v in value}) < len(value):
        result.errors.append(FieldError(INVALID, path, "", f"{_in_body(path)} shouldn't contain duplicates"))


def _too_many(path: str, found: int, most: int) -> FieldError:
    return FieldError(TOO_MANY, path, detail=f"{found}: must have at most {most} {'item' if most == 1 else 'items'}")


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
        words = f"{_in_body(path)} should have at least {least} properties"
        result.errors.append(FieldError(INVALID, path, least, words))
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
            words = f"{path}.{name} in body is a forbidden property"
            result.errors.append(FieldError(INVALID, path, name, words))
    for name in schema.get("required") or ():
        if name not in value:
            result.errors.append(FieldError(REQUIRED, f"{path}.{name}" if path else name))


def _check_composition(result: Result, value: object, schema: Schema, path: str) -> None:
    """anyOf, oneOf, allOf, not. Their own complaints name no field but quote the path."""
    if schema.get("anyOf"):
        found = [_check(value, part, path, NEW) for part in schema["anyOf"]]
        if all(r.errors for r in found):
            result.errors.append(_composed(path, "must validate at least one schema (anyOf)"))
            result.merge(_closest(found))
    if schema.get("oneOf"):
        _check_one_of(result, [_check(value, part, path, NEW) for part in schema["oneOf"]], path)
    if schema.get("allOf"):
        found = [_check(value, part, path, NEW) for part in schema["allOf"]]
        for part in found:
            result.merge(part)
        if any(r.errors for r in found):
            none = ". None validated" if all(r.errors for r in found) else ""
            result.errors.append(_composed(path, f"must validate all the schemas (allOf){none}"))
    if schema.get("not") and not _check(value, schema["not"], path, NEW).errors:
        result.errors.append(_composed(path, "must not validate the schema (not)"))


def _check_one_of(result: Result, found: list[Result], path: str) -> None:
    valid = sum(not r.errors for r in found)
    if valid == 1:
        return
    why = f"Found {valid} valid alternatives" if valid else "Found none valid"
    result.errors.append(_composed(path, f"must validate one and only one schema (oneOf). {why}"))
    if not valid:
        result.merge(_closest(found))


def _closest(found: list[Result]) -> Result:
    return max(found, key=lambda r: r.checks)


def _composed(path: str, words: str) -> FieldError:
    return FieldError(INVALID, _NOWHERE, "", f'"{path}" {words}')
