"""The paths of OpenAPI documents: as much as clients read of them."""

from loopkube.api import patch
from loopkube.api.openapi.schemas import COMPONENTS, GROUP_VERSION_KIND, gvk
from loopkube.kinds import Kind


def paths_of(kind: Kind, schema_name: str) -> dict[str, dict]:
    """The paths of a kind: as much as clients read of them."""
    prefix = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    collection = f"{prefix}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{prefix}/{kind.plural}"
    content = {"application/json": {"schema": {"$ref": COMPONENTS + schema_name}}}
    operations: dict[str, dict] = {collection: {}, f"{collection}/{{name}}": {}}
    for method, verb, url in (
        ("get", "list", collection),
        ("post", "create", collection),
        ("get", "get", f"{collection}/{{name}}"),
        ("put", "update", f"{collection}/{{name}}"),
        ("patch", "patch", f"{collection}/{{name}}"),
        ("delete", "delete", f"{collection}/{{name}}"),
    ):
        if verb in kind.verbs:
            operations[url][method] = _operation(kind, verb, content)
    return {path: methods for path, methods in operations.items() if methods}


def _operation(kind: Kind, verb: str, content: dict) -> dict:
    operation: dict = {"operationId": f"{verb}{kind.group.title().replace('.', '')}{kind.version.title()}{kind.kind}"}
    if verb in ("create", "update", "patch"):
        names = ("dryRun", "fieldManager", "fieldValidation") + (("force",) if verb == "patch" else ())
        operation["parameters"] = [
            {"name": n, "in": "query", "schema": {"type": "boolean" if n == "force" else "string"}} for n in names
        ]
        types = patch.accepted(kind) if verb == "patch" else tuple(content)
        operation["requestBody"] = {"content": {way: {"schema": {"type": "object"}} for way in types}}
    elif verb == "delete":
        operation["parameters"] = [{"name": "dryRun", "in": "query", "schema": {"type": "string"}}]
    operation["responses"] = {"200": {"description": "OK", "content": content}}
    operation["x-kubernetes-action"] = verb
    return operation | {GROUP_VERSION_KIND: gvk(kind)}
