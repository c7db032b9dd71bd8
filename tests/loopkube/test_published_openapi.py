"""Definitions of custom kinds in both OpenAPI documents: there with their definition, changed and gone with it."""

import asyncio

import pytest
from served import Served

SCHEMA = {
    "description": "Kettles for testing",
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "description": "What a kettle shall be",
            "properties": {
                "bars": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string"},
                            "mood": {"type": "string", "enum": ["Great", "Down"]},
                        },
                    },
                }
            },
        },
        "status": {"type": "object", "properties": {"kind": {"type": "string", "pattern": "in-tree|out-of-tree"}}},
    },
}
OPEN = {"x-kubernetes-preserve-unknown-fields": True}
COMMON = ("apiVersion", "kind", "metadata")


def definition(plural: str, group: str, *versions: str, schema: dict = SCHEMA) -> dict:
    kind = plural.capitalize().removesuffix("s")
    served = [
        {"name": name, "served": True, "storage": not at, "schema": {"openAPIV3Schema": schema}}
        for at, name in enumerate(versions)
    ]
    names = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": served}
    return {"metadata": {"name": f"{plural}.{group}"}, "spec": spec}


async def define(served: Served, plural: str, group: str, *versions: str, schema: dict = SCHEMA) -> str:
    made = definition(plural, group, *versions, schema=schema)
    await served.client.create("customresourcedefinitions.apiextensions.k8s.io", made)
    await asyncio.sleep(0.02)
    return made["metadata"]["name"]


async def change(served: Served, name: str, *operations: dict) -> None:
    client = served.client
    await client.patch("customresourcedefinitions.apiextensions.k8s.io", name, list(operations), type="json")
    await asyncio.sleep(0.02)


async def definitions(served: Served) -> dict:
    return (await served.call("GET", "/openapi/v2")).body["definitions"]


def own(schema: dict) -> dict:
    """What a definition says by itself, as the schema of the kind has it."""
    properties = {name: inner for name, inner in schema.get("properties", {}).items() if name not in COMMON}
    left = {key: value for key, value in schema.items() if key != "x-kubernetes-group-version-kind"}
    return left | {"properties": properties} if properties else {k: v for k, v in left.items() if k != "properties"}


async def test_every_version_of_every_kind_has_its_definition(served: Served) -> None:
    await define(served, "kettles", "a.example.com", "v2", "v3")
    await define(served, "pots", "a.example.com", "v3")
    await define(served, "pans", "b.example.com", "v1beta1", schema={"type": "object"})
    found = await definitions(served)
    for name in ("com.example.a.v2.Kettle", "com.example.a.v3.Kettle", "com.example.a.v3.Pot"):
        assert own(found[name]) == SCHEMA
    assert own(found["com.example.b.v1beta1.Pan"]) == {"type": "object"}
    assert found["com.example.a.v3.KettleList"]["properties"]["items"]["items"]["$ref"].endswith(".v3.Kettle")
    gvk = {"group": "a.example.com", "version": "v2", "kind": "Kettle"}
    assert found["com.example.a.v2.Kettle"]["x-kubernetes-group-version-kind"] == [gvk]
    document = (await served.call("GET", "/openapi/v3/apis/a.example.com/v3")).body["components"]["schemas"]
    assert own(document["com.example.a.v3.Pot"]) == SCHEMA


async def test_a_renamed_version_takes_its_definition_along(served: Served) -> None:
    name = await define(served, "kettles", "c.example.com", "v2", "v3")
    await change(served, name, {"op": "replace", "path": "/spec/versions/1/name", "value": "v4"})
    found = await definitions(served)
    assert own(found["com.example.c.v4.Kettle"]) == own(found["com.example.c.v2.Kettle"]) == SCHEMA
    assert "com.example.c.v3.Kettle" not in found


async def test_what_is_no_longer_served_is_not_published(served: Served) -> None:
    name = await define(served, "kettles", "d.example.com", "v5", "v6alpha1")
    await change(served, name, {"op": "replace", "path": "/spec/versions/1/served", "value": False})
    found = await definitions(served)
    assert "com.example.d.v5.Kettle" in found and "com.example.d.v6alpha1.Kettle" not in found
    await served.client.delete("customresourcedefinitions.apiextensions.k8s.io", name)
    await asyncio.sleep(0.05)
    assert "com.example.d.v5.Kettle" not in await definitions(served)
    assert (await served.call("GET", "/openapi/v3/apis/d.example.com/v5")).status == 404


async def test_where_unknown_fields_are_kept_the_older_form_names_none(served: Served) -> None:
    await define(served, "kettles", "e.example.com", "v1", schema=SCHEMA | OPEN)
    nested = SCHEMA["properties"] | {"spec": SCHEMA["properties"]["spec"] | OPEN}
    await define(served, "pots", "e.example.com", "v1", schema=SCHEMA | {"properties": nested})
    found = await definitions(served)
    assert own(found["com.example.e.v1.Kettle"]) == {"type": "object"}
    spec = found["com.example.e.v1.Pot"]["properties"]["spec"]
    assert spec == {"description": "What a kettle shall be"} | OPEN
    document = (await served.call("GET", "/openapi/v3/apis/e.example.com/v1")).body["components"]["schemas"]
    assert own(document["com.example.e.v1.Kettle"]) == SCHEMA | OPEN


async def test_documents_are_kept_by_their_etag_and_hash(served: Served) -> None:
    first = await served.call("GET", "/openapi/v2")
    assert (await served.call("GET", "/openapi/v2", headers={"If-None-Match": first.headers["Etag"]})).status == 304
    index = await served.call("GET", "/openapi/v3")
    address = index.body["paths"]["apis/apps/v1"]["serverRelativeURL"]
    page = await served.call("GET", address)
    assert page.headers["Cache-Control"] == "public, immutable" and "Expires" in page.headers
    assert page.headers["Etag"].strip('"') == address.partition("hash=")[2]
    old = await served.call("GET", "/openapi/v3/apis/apps/v1?hash=OLD", allow_redirects=False)
    assert (old.status, old.headers["Location"]) == (301, address)
    await define(served, "kettles", "f.example.com", "v1")
    assert (await served.call("GET", "/openapi/v2", headers={"If-None-Match": first.headers["Etag"]})).status == 200


@pytest.mark.parametrize("path", ["/openapi/v2", "/openapi/v3/apis/apps/v1"])
async def test_another_form_is_not_acceptable(served: Served, path: str) -> None:
    assert (await served.call("GET", path, headers={"Accept": "image/png"})).status == 406
