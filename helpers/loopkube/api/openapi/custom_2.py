"""The schema of a custom kind in the older dialect, which has no word for some of it.

What clients would take for more than is meant is left out (apiextensions-apiserver/pkg/controller/openapi/v2).
"""

from loopkube.kinds.shared.structural.schema import OPEN, Schema

_CHOICES = ("oneOf", "anyOf", "allOf", "not")


def filtered(schema: Schema) -> Schema:
    """A schema that kubectl's older validation reads rightly: a new object."""
    found = {key: value for key, value in schema.items() if key not in (*_CHOICES, "nullable")}
    if schema.get("nullable"):
        found.pop("type", None)
    if schema.get("nullable") or schema.get(OPEN):
        found.pop("items", None)
        found.pop("properties", None)
    if (found.get("type") == "array" and "items" not in found) or (schema.get(OPEN) and found.get("type") == "object"):
        del found["type"]
    _require_less(found)
    for name in ("items", "additionalProperties"):
        if isinstance(found.get(name), dict):
            found[name] = filtered(found[name])
    if "properties" in found:
        found["properties"] = {name: filtered(inner) for name, inner in found["properties"].items()}
    return found


def _require_less(schema: Schema) -> None:
    """What may be null need not be there."""
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    required = [name for name in schema.pop("required", ()) if not properties.get(name, {}).get("nullable")]
    if required and not (isinstance(more, dict) and more.get("nullable")):
        schema["required"] = required
