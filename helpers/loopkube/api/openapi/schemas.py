"""From the upstream JSON schema, and from definitions, to the schemas of OpenAPI documents."""

from loopkube.api.openapi.custom_2 import filtered
from loopkube.kinds import Kind
from loopkube.kinds.shared.structural.schema import EMBEDDED, OPEN, schema_of
from loopkube.upstream import go_types
from loopkube.upstream.schema import definition, definitions

COMPONENTS = "#/components/schemas/"
GROUP_VERSION_KIND = "x-kubernetes-group-version-kind"
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"
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
    names = {name for value in schema.values() for name in _references(value)}
    reference = schema.get("$ref")
    return names | {reference.removeprefix(_DEFS)} if isinstance(reference, str) else names


def _converted(schema: dict) -> dict:
    """A definition of the JSON schema in OpenAPI's dialect: one type, no null, references without siblings."""
    converted: dict = {}
    for key, value in schema.items():
        if key == "type":
            converted[key] = next(t for t in value if t != "null") if isinstance(value, list) else value
        elif key == "$ref":
            converted["allOf"] = [{"$ref": value.replace(_DEFS, COMPONENTS)}]
        elif key == "properties":
            converted[key] = {name: _converted(_without_own_enum(name, inner)) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            converted[key] = _converted(value)
        elif key in ("oneOf", "anyOf", "allOf"):
            converted[key] = [_converted(inner) for inner in value]
        else:
            converted[key] = value
    return converted["allOf"][0] if converted.keys() == {"allOf"} else converted


def _without_own_enum(name: str, schema: dict) -> dict:
    """The JSON schema pins apiVersion and kind to their one value; OpenAPI does not."""
    if name in _WORDS and "enum" in schema:
        return {key: value for key, value in schema.items() if key != "enum"}
    return schema


def custom_name(kind: Kind) -> str:
    """The name of a custom kind's schema: the group backwards, as in `com.example.v1.Backup`."""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def custom_schema(kind: Kind, *, older: bool = False) -> dict:
    """The schema of a custom kind, completed by what every object has; `older` for OpenAPI v2.

    There, a kind that keeps unknown fields is just an object: kubectl would refuse what no property names.
    """
    declared = schema_of(kind.custom or {})
    if not declared or (older and declared.get(OPEN)):
        return {"type": "object", GROUP_VERSION_KIND: [gvk(kind)]}
    if older:
        declared = filtered(declared)
    return _completed(declared, older) | {"type": "object", GROUP_VERSION_KIND: [gvk(kind)]}


def _completed(schema: dict, older: bool, *, resource: bool = True) -> dict:
    """The schema with the properties of metadata and type wherever an object has its own."""
    completed = dict(schema)
    for name in ("items", "additionalProperties"):
        if isinstance(completed.get(name), dict):
            completed[name] = _completed(completed[name], older, resource=False)
    if "properties" in completed:
        inner = completed["properties"].items()
        completed["properties"] = {name: _completed(below, older, resource=False) for name, below in inner}
    is_embedded = completed.get(EMBEDDED) and not (older and completed.get(OPEN))
    if not resource and not is_embedded:
        return completed
    metadata = {"description": "Standard object's metadata.", "allOf": [{"$ref": COMPONENTS + OBJECT_META}]}
    own = {name: {"type": "string", "description": description} for name, description in _WORDS.items()} | {
        "metadata": metadata
    }
    completed["properties"] = own | {k: v for k, v in (completed.get("properties") or {}).items() if k not in own}
    if is_embedded:
        required = completed.get("required") or []
        completed["required"] = [*required, *(name for name in ("kind", "apiVersion") if name not in required)]
    return completed


def custom_list_schema(kind: Kind) -> dict:
    """The schema of a custom kind's lists."""
    items = {
        "type": "array",
        "description": f"List of {kind.plural}.",
        "items": {"$ref": COMPONENTS + custom_name(kind)},
    }
    metadata = {"description": "Standard list metadata.", "allOf": [{"$ref": COMPONENTS + LIST_META}]}
    own = {name: {"type": "string", "description": description} for name, description in _WORDS.items()}
    return {
        "type": "object",
        "description": f"{kind.list_kind} is a list of {kind.kind}",
        "required": ["items"],
        "properties": own | {"items": items, "metadata": metadata},
        GROUP_VERSION_KIND: [gvk(kind) | {"kind": kind.list_kind}],
    }


def add_custom(kind: Kind, schemas: dict[str, dict], *, older: bool = False) -> None:
    """A custom kind, its lists, and what both refer to."""
    name = custom_name(kind)
    schemas[name] = custom_schema(kind, older=older)
    schemas[name.removesuffix(kind.kind) + kind.list_kind] = custom_list_schema(kind)
    add_closure(OBJECT_META, schemas)
    add_closure(LIST_META, schemas)


def gvk(kind: Kind) -> dict:
    """An entry of x-kubernetes-group-version-kind, by which kubectl finds the schema of a kind."""
    return {"group": kind.group, "kind": kind.kind, "version": kind.version}
