"""From the upstream JSON schema, and from definitions, to the schemas of OpenAPI documents."""

from loopkube.kinds import Kind
from loopkube.kinds.shared.structural.schema import schema_of
from loopkube.upstream import go_types
from loopkube.upstream.schema import definition, definitions

COMPONENTS = "#/components/schemas/"
GROUP_VERSION_KIND = "x-kubernetes-group-version-kind"
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_DEFS = "#/$defs/"
_WORDS = {
    "apiVersion": "APIVersion defines the versioned schema of this representation of an object.",
    "kind": "Kind is a string value representing the REST resource this object represents.",
}


def add_closure(name: str, schemas: dict[str, dict]) -> None:
    """A definition and all that it refers to."""
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in schemas or name not in definitions():
            continue
        schemas[name] = _with_enums(name, _converted(definition(name)))
        waiting += sorted(_references(definition(name)))


def _with_enums(name: str, schema: dict) -> dict:
    """The upstream JSON schema leaves them out; `kubectl explain` shows them."""
    if "properties" in schema:
        for field, values in go_types.enums(go_types.struct_of(name)).items():
            schema["properties"][field]["enum"] = list(values)
    return schema


def _references(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for item in schema for name in _references(item)}
    if not isinstance(schema, dict):
        return set()
    found = {name for value in schema.values() for name in _references(value)}
    reference = schema.get("$ref")
    return found | {reference.removeprefix(_DEFS)} if isinstance(reference, str) else found


def _converted(schema: dict) -> dict:
    """A definition of the JSON schema in OpenAPI's dialect: one type, no null, references without siblings."""
    found: dict = {}
    for key, value in schema.items():
        if key == "type":
            found[key] = next(t for t in value if t != "null") if isinstance(value, list) else value
        elif key == "$ref":
            found["allOf"] = [{"$ref": value.replace(_DEFS, COMPONENTS)}]
        elif key == "properties":
            found[key] = {name: _converted(_without_own_enum(name, inner)) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            found[key] = _converted(value)
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [_converted(inner) for inner in value]
        else:
            found[key] = value
    return found["allOf"][0] if found.keys() == {"allOf"} else found


def _without_own_enum(name: str, schema: dict) -> dict:
    """The JSON schema pins apiVersion and kind to their one value; OpenAPI does not."""
    if name in _WORDS and "enum" in schema:
        return {key: value for key, value in schema.items() if key != "enum"}
    return schema


def custom_name(kind: Kind) -> str:
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def custom_schema(kind: Kind) -> dict:
    """The schema of a custom kind, completed by what every object has."""
    declared = schema_of(kind.custom or {})
    metadata = {"description": "Standard object's metadata.", "allOf": [{"$ref": COMPONENTS + OBJECT_META}]}
    own = {name: {"type": "string", "description": words} for name, words in _WORDS.items()} | {"metadata": metadata}
    return declared | {
        "type": "object",
        "properties": own | {k: v for k, v in (declared.get("properties") or {}).items() if k not in own},
        GROUP_VERSION_KIND: [gvk(kind)],
    }


def gvk(kind: Kind) -> dict:
    return {"group": kind.group, "kind": kind.kind, "version": kind.version}
