"""The older OpenAPI document, `/openapi/v2`: every kind's definition and paths in one page.

Helm, Terraform, the Python dynamic client and kubectl before v1.27 ask for it, those written in Go in protobuf.
"""

from loopkube.api import discovery
from loopkube.api.openapi.paths import paths_of
from loopkube.api.openapi.schemas import COMPONENTS, add_closure, add_custom, custom_name
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.upstream.version import VERSION

_DEFINITIONS = "#/definitions/"
_JSON = ["application/json"]


def document(kinds: Kinds) -> dict:
    """The whole document, as a new object."""
    definitions: dict[str, dict] = {}
    paths: dict[str, dict] = {}
    for kind in discovery.everything(kinds):
        name = _define(kind, definitions)
        paths |= {
            path: {m: _operation(o) for m, o in methods.items()} for path, methods in paths_of(kind, name).items()
        }
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": VERSION},
        "paths": dict(sorted(paths.items())),
        "definitions": {name: _swagger(schema) for name, schema in sorted(definitions.items())},
    }


def _define(kind: Kind, definitions: dict[str, dict]) -> str:
    name = kind.schema or custom_name(kind)
    if kind.custom is None:
        add_closure(name, definitions)
    else:
        add_custom(kind, definitions, older=True)
    return name


def _swagger(schema):
    """A schema of OpenAPI v3 in the words of v2: other references, no choices, and nothing is nullable."""
    if isinstance(schema, list):
        return [_swagger(item) for item in schema]
    if not isinstance(schema, dict):
        return schema.replace(COMPONENTS, _DEFINITIONS) if isinstance(schema, str) else schema
    all_of = schema.get("allOf")
    if isinstance(all_of, list) and len(all_of) == 1 and "$ref" in all_of[0]:
        schema = {key: value for key, value in schema.items() if key != "allOf"} | all_of[0]
    dropped = ("oneOf", "anyOf", "not", "nullable")
    return {key: _swagger(value) for key, value in schema.items() if key not in dropped}


def _operation(operation: dict) -> dict:
    """Parameters carry their type themselves, and the body is one of them."""
    parameters = [
        {"name": p["name"], "in": p["in"], "type": p["schema"]["type"], "uniqueItems": True}
        for p in operation.get("parameters", ())
    ]
    shared = {k: v for k, v in operation.items() if k not in ("parameters", "requestBody", "responses")}
    consumes = operation.get("requestBody", {}).get("content")
    if consumes:
        parameters.append({"name": "body", "in": "body", "required": True, "schema": {"type": "object"}})
    content = operation["responses"]["200"]["content"]["application/json"]
    answered = {"200": {"description": "OK", "schema": _swagger(content["schema"])}}
    return shared | {
        "consumes": list(consumes) if consumes else ["*/*"],
        "produces": _JSON,
        "parameters": parameters,
        "responses": answered,
    }
