"""Whether a single value fits its schema: type, format, length, pattern, range."""

from loopkube.kinds.shared.structural import formats
from loopkube.kinds.shared.structural.schema import INT_OR_STRING, Schema
from loopkube.shared import go_patterns
from loopkube.shared.status import INVALID, TOO_LONG, TYPE_INVALID, FieldError, quoted

Errors = list[FieldError]


def type_errors(value: object, schema: Schema, path: str) -> Errors:
    """The wrong type, in the words of go-openapi's validator, which the API server uses."""
    expected = "integer,string" if schema.get(INT_OR_STRING) else schema.get("type", "")
    actual = json_type(value)
    fits = (
        not expected
        or actual in expected.split(",")
        or (actual == "null" and schema.get("nullable"))
        or (actual == "integer" and expected == "number")
        or (isinstance(value, float) and value.is_integer() and expected == "integer")
    )
    if not fits and not (
        schema.get("format") and actual in ("string", "array") and expected not in ("number", "integer")
    ):
        return [FieldError(TYPE_INVALID, path, actual, f'{in_body(path)} must be of type {expected}: "{actual}"')]
    form = schema.get("format", "")
    if form and isinstance(value, str) and expected in ("string", "") and not formats.fits(form, value):
        return [FieldError(TYPE_INVALID, path, value, f"{in_body(path)} must be of type {form}: {quoted(value)}")]
    return []


def json_type(value: object) -> str:
    """`integer` for 1 and `number` for 1.0, as the schema's types distinguish them."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "integer", float: "number", list: "array", dict: "object"}[type(value)]


def in_body(path: str) -> str:
    return f"{path} in body"


def string_errors(value: str, schema: Schema, path: str) -> Errors:
    """maxLength, minLength and pattern; lengths in characters, not bytes."""
    errors = []
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        errors.append(FieldError(TOO_LONG, path, detail=f"may not be more than {schema['maxLength']} bytes"))
    if "minLength" in schema and len(value) < schema["minLength"]:
        message = f"{in_body(path)} should be at least {schema['minLength']} chars long"
        errors.append(FieldError(INVALID, path, value, message))
    return errors + (_pattern_errors(value, schema["pattern"], path) if schema.get("pattern") else [])


def _pattern_errors(value: str, form: str, path: str) -> Errors:
    try:
        pattern = go_patterns.compiled(form)
    except go_patterns.PatternError:  # only a definition from before patterns were read as Go reads them
        return []
    if len(value) > go_patterns.longest_text(pattern):
        return [FieldError(TOO_LONG, path, detail=f"may not be more than {go_patterns.longest_text(pattern)} bytes")]
    if pattern.search(value):
        return []
    return [FieldError(INVALID, path, value, f"{in_body(path)} should match '{form}'")]


def number_errors(value: float, schema: Schema, path: str) -> Errors:
    """multipleOf, maximum and minimum; the exclusive ones are booleans, as in OpenAPI 3.0."""
    errors = []
    if schema.get("multipleOf") and (value / schema["multipleOf"]) % 1:
        relation = f"{in_body(path)} should be a multiple of {_number(schema['multipleOf'])}"
        errors.append(FieldError(INVALID, path, value, relation))
    if "maximum" in schema:
        limit, exclusive = schema["maximum"], schema.get("exclusiveMaximum", False)
        if value > limit or (exclusive and value == limit):
            relation = "less than" if exclusive else "less than or equal to"
            errors.append(FieldError(INVALID, path, value, f"{in_body(path)} should be {relation} {_number(limit)}"))
    if "minimum" in schema:
        limit, exclusive = schema["minimum"], schema.get("exclusiveMinimum", False)
        if value < limit or (exclusive and value == limit):
            relation = "greater than" if exclusive else "greater than or equal to"
            errors.append(FieldError(INVALID, path, value, f"{in_body(path)} should be {relation} {_number(limit)}"))
    return errors


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
