"""OpenAPI documents: what kubectl reads of them."""

import orjson
import pytest
from loopkube.api import openapi
from loopkube.api.protobuf.wire import parts
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds

KETTLE = Kind(
    "golden.example.com",
    "v1",
    "Kettle",
    "kettles",
    "kettle",
    True,
    custom={
        "schema": {
            "openAPIV3Schema": {
                "type": "object",
                "properties": {"spec": {"type": "object", "properties": {"litres": {"type": "integer"}}}},
            }
        }
    },
)


def document(kinds: Kinds, group: str, version: str = "v1") -> dict:
    return orjson.loads(openapi.document(kinds, group, version))


def references(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for item in value for name in references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"].rpartition("/")[2]} if isinstance(value.get("$ref"), str) else set()
    return own | {name for item in value.values() for name in references(item)}


def types(value: object) -> set[str]:
    """Every word that stands behind a `type` of a schema."""
    if isinstance(value, list):
        return {name for item in value for name in types(item)}
    if not isinstance(value, dict):
        return set()
    own = {str(value["type"])} if "type" in value and not isinstance(value["type"], dict) else set()
    return own | {name for item in value.values() for name in types(item)}


def test_the_index_names_a_document_for_every_group_and_version() -> None:
    paths = openapi.index(Kinds())["paths"]
    assert {"api/v1", "apis/apps/v1", "apis/networking.k8s.io/v1"} <= set(paths)
    for place, entry in paths.items():
        address, _, hashed = entry["serverRelativeURL"].partition("?hash=")
        assert address == f"/openapi/v3/{place}"
        assert len(hashed) == 64
        assert openapi.answer(Kinds(), address)


@pytest.mark.parametrize(
    "group", ["", "apps", "networking.k8s.io", "apiextensions.k8s.io", "rbac.authorization.k8s.io"]
)
def test_documents_are_complete_and_in_openapi_s_dialect(group: str) -> None:
    found = document(Kinds(), group)
    schemas = found["components"]["schemas"]
    assert references(found) <= set(schemas)
    assert types(schemas) <= {"object", "array", "string", "integer", "number", "boolean"}


def test_the_way_of_kubectl_explain() -> None:
    found = document(Kinds(), "apps")
    path = found["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments"]
    gvk = {"group": "apps", "kind": "Deployment", "version": "v1"}
    assert path["get"]["x-kubernetes-group-version-kind"] == gvk
    schemas = found["components"]["schemas"]
    deployment = next(s for s in schemas.values() if gvk in s.get("x-kubernetes-group-version-kind", ()))
    spec = schemas[deployment["properties"]["spec"]["allOf"][0]["$ref"].rpartition("/")[2]]
    strategy = schemas[spec["properties"]["strategy"]["allOf"][0]["$ref"].rpartition("/")[2]]
    assert strategy["properties"]["type"]["description"].startswith("Type of deployment")
    assert strategy["properties"]["type"]["enum"] == ["Recreate", "RollingUpdate"]


def test_the_way_of_kubectl_apply() -> None:
    """kubectl looks for the query parameters and the patch types that a kind takes, and for patch keys."""
    found = document(Kinds(), "apps")
    patch = found["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert {"dryRun", "fieldValidation"} <= {p["name"] for p in patch["parameters"]}
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]
    pod_spec = found["components"]["schemas"]["io.k8s.api.core.v1.PodSpec"]
    assert pod_spec["properties"]["containers"]["x-kubernetes-patch-merge-key"] == "name"


def test_custom_kinds_have_a_document_that_follows_their_definition() -> None:
    kinds = Kinds()
    kinds.add(KETTLE)
    found = document(kinds, "golden.example.com")
    kettle = found["components"]["schemas"]["com.example.golden.v1.Kettle"]
    assert kettle["properties"]["spec"]["properties"] == {"litres": {"type": "integer"}}
    assert references(found) <= set(found["components"]["schemas"])
    patch = found["paths"]["/apis/golden.example.com/v1/namespaces/{namespace}/kettles/{name}"]["patch"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]
    before = openapi.index(kinds)["paths"]["apis/golden.example.com/v1"]
    kinds.add(Kind(*("golden.example.com", "v1", "Kettle", "kettles", "kettle"), True, custom={"schema": {}}))
    assert openapi.index(kinds)["paths"]["apis/golden.example.com/v1"] != before
    without_schema = document(kinds, "golden.example.com")["components"]["schemas"]["com.example.golden.v1.Kettle"]
    assert without_schema.keys() == {"type", "x-kubernetes-group-version-kind"}


@pytest.mark.parametrize(
    "path", ["/openapi/v3/apis/none/v1", "/openapi/v3/api/v2", "/openapi/v4", "/openapi/v3/apis//v1"]
)
def test_nothing_where_nothing_is_served(path: str) -> None:
    assert openapi.answer(Kinds(), path) is None


def inside(message: bytes, number: int) -> list[bytes]:
    return [value for found, _, value in parts(message, "") if found == number]


def test_the_older_form_in_protobuf_has_all_definitions() -> None:
    kinds = Kinds()
    kinds.add(KETTLE)
    page = openapi.answer(kinds, "/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
    assert page.body.startswith(b"\x0a\x032.0\x12")
    assert page.content_type == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    plain = orjson.loads(openapi.answer(kinds, "/openapi/v2").body)
    found = {inside(d, 1)[0].decode(): inside(d, 2)[0] for d in inside(inside(page.body, 9)[0], 1)}
    assert found.keys() == plain["definitions"].keys()
    kettle = found["com.example.golden.v1.Kettle"]
    fields = {inside(p, 1)[0].decode(): inside(p, 2)[0] for p in inside(inside(kettle, 25)[0], 1)}
    assert fields.keys() == {"apiVersion", "kind", "metadata", "spec"}
    assert inside(inside(fields["kind"], 22)[0], 1) == [b"string"]
    assert inside(fields["metadata"], 1) == [b"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]
    ((name, value),) = [(inside(e, 1)[0], inside(inside(e, 2)[0], 2)[0]) for e in inside(kettle, 31)]
    assert name == b"x-kubernetes-group-version-kind" and orjson.loads(value)[0]["kind"] == "Kettle"
    paths = {inside(p, 1)[0].decode() for p in inside(inside(page.body, 8)[0], 2)}
    assert paths == plain["paths"].keys()


def test_the_older_document_defines_every_kind() -> None:
    kinds = Kinds()
    kinds.add(KETTLE)
    page = openapi.answer(kinds, "/openapi/v2", "application/json")
    found = orjson.loads(page.body)
    definitions = found["definitions"]
    assert found["swagger"] == "2.0"
    assert references(found) <= set(definitions)
    assert types(definitions) <= {"string", "integer", "boolean", "object", "array", "number"}
    pod = definitions["io.k8s.api.core.v1.Pod"]
    assert pod["x-kubernetes-group-version-kind"] == [{"group": "", "kind": "Pod", "version": "v1"}]
    assert pod["properties"]["spec"]["$ref"] == "#/definitions/io.k8s.api.core.v1.PodSpec"
    kettle = definitions["com.example.golden.v1.Kettle"]
    assert kettle["properties"]["spec"]["properties"]["litres"] == {"type": "integer"}
    posted = found["paths"]["/api/v1/namespaces/{namespace}/pods"]["post"]
    assert posted["responses"]["200"]["schema"] == {"$ref": "#/definitions/io.k8s.api.core.v1.Pod"}
    assert {"name": "dryRun", "in": "query", "type": "string", "uniqueItems": True} in posted["parameters"]


def test_the_older_document_follows_the_definitions() -> None:
    kinds = Kinds()
    before = openapi.answer(kinds, "/openapi/v2").body
    kinds.add(KETTLE)
    assert len(openapi.answer(kinds, "/openapi/v2").body) > len(before)
