"""Rules for the schemas in definitions: they must be structural, and their defaults must fit.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from loopkube.kinds.apiextensions.custom_resource_definition import rule_rules
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.structural.schema import EMBEDDED, INT_OR_STRING, OPEN, Schema, has_rules
from loopkube.kinds.shared.structural.values import validate
from loopkube.shared import go_patterns

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_EMPTY = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}


def judge(report: Report, schema: Schema, path: str) -> None:
    """Everything wrong with the schema of a version; its expressions are compiled once the rest is right."""
    before = len(report.errors)
    _judge(report, schema, path, "root")
    if has_rules(schema):
        rule_rules.judge_form(report, schema, path)
        if len(report.errors) == before:
            rule_rules.judge_expressions(report, schema, path)


def _judge(report: Report, schema: Schema, path: str, level: str) -> None:
    _type(report, schema, path, level)
    _forbidden(report, schema, path)
    _lists(report, schema, path)
    if schema.get("pattern"):
        _pattern(report, schema["pattern"], f"{path}.pattern")
    if "default" in schema:
        if level == "root":
            report.forbidden(f"{path}.default", "must not be set at the root")
        report.errors += validate(schema["default"], schema, f"{path}.default")
    for name, inner in (schema.get("properties") or {}).items():
        if level == "root" and name == "metadata":
            _metadata(report, inner, f"{path}.properties[metadata]")
        elif not (level == "root" and name in ("apiVersion", "kind")):
            _judge(report, inner, f"{path}.properties[{name}]", "field")
    if isinstance(schema.get("items"), dict):
        _judge(report, schema["items"], f"{path}.items", "item")
    if isinstance(schema.get("additionalProperties"), dict):
        _judge(report, schema["additionalProperties"], f"{path}.additionalProperties", "field")


def _type(report: Report, schema: Schema, path: str, level: str) -> None:
    declared, here = schema.get("type", ""), f"{path}.type"
    if schema.get(EMBEDDED) and declared != "object":
        message = "must be object if x-kubernetes-embedded-resource is true"
        report.invalid(here, declared, message) if declared else report.required(here, message)
    elif not declared and not schema.get(INT_OR_STRING) and not schema.get(OPEN):
        report.required(here, _EMPTY[level])
    elif declared and declared not in _TYPES:
        report.one_of(here, declared, _TYPES)
    elif declared and schema.get(INT_OR_STRING):
        report.forbidden(here, "must be empty if x-kubernetes-int-or-string is true")
    elif level == "root" and declared and declared != "object":
        report.invalid(here, declared, "must be object at the root")


def _forbidden(report: Report, schema: Schema, path: str) -> None:
    if schema.get("uniqueItems"):
        message = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        report.forbidden(f"{path}.uniqueItems", message)
    if schema.get("properties") and schema.get("additionalProperties"):
        report.forbidden(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    elif schema.get("additionalProperties") is False:
        report.forbidden(f"{path}.additionalProperties", "additionalProperties cannot be set to false")
    if schema.get("$ref"):
        report.forbidden(f"{path}.$ref", "$ref is not supported")
    for field in ("definitions", "dependencies", "patternProperties", "id", "deprecated", "discriminator"):
        if schema.get(field):
            report.forbidden(f"{path}.{field}", f"{field} is not supported")


def _lists(report: Report, schema: Schema, path: str) -> None:
    if schema.get("type") == "array" and not isinstance(schema.get("items"), dict):
        report.required(f"{path}.items", "must be specified")
    list_type = schema.get("x-kubernetes-list-type")
    if list_type is None:
        return
    report.one_of(f"{path}.x-kubernetes-list-type", list_type, ("atomic", "set", "map"))
    keys, items = schema.get("x-kubernetes-list-map-keys") or [], schema.get("items") or {}
    if list_type == "map" and not keys:
        message = "must not be empty if x-kubernetes-list-type is map"
        report.required(f"{path}.x-kubernetes-list-map-keys", message)
    for index, key in enumerate(keys):
        known = items.get("properties") or {}
        if key not in known:
            message = "entries must all be names of item properties"
            report.invalid(f"{path}.x-kubernetes-list-map-keys[{index}]", key, message)
        elif key not in (items.get("required") or ()) and "default" not in known[key]:
            message = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            )
            report.required(f"{path}.items.properties[{key}].default", message)


def _metadata(report: Report, schema: Schema, path: str) -> None:
    if schema.get("type", "object") != "object":
        report.invalid(f"{path}.type", schema["type"], "must be object")
    if set(schema.get("properties") or {}) - {"name", "generateName"}:
        message = "must not specify anything other than name and generateName, but metadata is implicitly specified"
        report.forbidden(path, message)


def _pattern(report: Report, form: str, path: str) -> None:
    try:
        go_patterns.compiled(form)
    except go_patterns.PatternError as error:
        report.invalid(path, form, f"must be a valid regular expression, but isn't: {error}")
