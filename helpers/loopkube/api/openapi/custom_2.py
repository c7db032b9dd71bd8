"""The schema of a custom kind in the older dialect, which has no word for some of it.

What clients would take for more than is meant is left out (apiextensions-apiserver/pkg/controller/openapi/v2).
"""

from loopkube.kinds.shared.structural.schema import OPEN, Schema

_CHOICES = ("oneOf", "anyOf", "allOf", "not")


def filtered(schema: Schema) -> Schema:
    """A schema that kubectl's older validation reads rightly: a new object."""
    kept = {key: value for key, value in schema.items() if key not in (*_CHOICES, "nullable")}
    if schema.get("nullable"):
        kept.pop("type", None)
    if schema.get("nullable") or schema.get(OPEN):
        kept.pop("items", None)
        kept.pop("properties", None)
    if (kept.get("type") == "array" and "items" not in kept) or (schema.get(OPEN) and kept.get("type") == "object"):
        del kept["type"]
    _require_less(kept)
    for name in ("items", "additionalProperties"):
        if isinstance(kept.get(name), dict):
            kept[name] = filtered(kept[name])
    if "properties" in kept:
        kept["properties"] = {name: filtered(inner) for name, inner in kept["properties"].items()}
    return kept


def _require_less(schema: Schema) -> None:
    """What may be null need not be there."""
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    required = [name for name in schema.pop("required", ()) if not properties.get(name, {}).get("nullable")]
    if required and not (isinstance(more, dict) and more.get("nullable")):
        schema["required"] = required
