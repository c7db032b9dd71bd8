"""Custom resources that are stored already: defaults that come later, and selectors of declared fields."""

import asyncio

import pytest
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.options import ListOptions
from loopkube.api.verbs import Api
from loopkube.kinds.apiextensions.custom_resource_definition import selectable_fields
from loopkube.kinds.shared.report import Report
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

DEFINITIONS, THINGS = "customresourcedefinitions.apiextensions.k8s.io", "things.example.com"
THING = {"apiVersion": "example.com/v1", "kind": "Thing"}
FIELDS = {"host": {"type": "string"}, "port": {"type": "integer"}, "on": {"type": "boolean"}}


def definition(selectable: tuple[str, ...] = (), **fields: dict) -> dict:
    spec = {"type": "object", "properties": FIELDS | fields}
    version = {"name": "v1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    version["selectableFields"] = [{"jsonPath": path} for path in selectable]
    names = {"plural": "things", "kind": "Thing"}
    whole = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    return {"metadata": {"name": THINGS}, "spec": whole}


@pytest.fixture
async def defined(api: Api, client: InProcessClient):
    """What makes or changes the definition, and waits until its kind is served."""
    keeper = DefinitionKeeper(api.store, api.kinds, InProcessClient(api, "keeper"), Clock())
    await keeper.start()

    async def define(wanted: dict) -> None:
        try:
            stored = await client.get(DEFINITIONS, THINGS)
            await client.update(DEFINITIONS, stored | {"spec": wanted["spec"]})
        except ApiError:
            await client.create(DEFINITIONS, wanted)
        while not api.kinds.named(THINGS):
            await asyncio.sleep(0)

    yield define
    await keeper.stop()


async def shown(client: InProcessClient, spec: dict) -> dict:
    """The object `a`, as soon as it looks like this."""
    async with asyncio.timeout(5):
        while (found := await client.get(THINGS, "a", "default"))["spec"] != spec:
            await asyncio.sleep(0)
    return found


async def test_a_default_that_comes_later_is_seen_and_goes_again(api: Api, client: InProcessClient, defined) -> None:
    await defined(definition())
    made = await client.create(THINGS, THING | {"metadata": {"name": "a"}, "spec": {"host": "h"}}, "default")
    await defined(definition(port={"type": "integer", "default": 80}))
    found = await shown(client, {"host": "h", "port": 80})
    assert found["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert (await client.list(THINGS, "default")).items[0]["spec"]["port"] == 80
    await defined(definition())
    assert await shown(client, {"host": "h"})


async def test_declared_fields_select(api: Api, client: InProcessClient, defined) -> None:
    await defined(definition((".spec.host", ".spec.port", ".spec.on")))
    for name, spec in {"a": {"host": "h", "port": 80, "on": True}, "b": {"host": "i", "port": 8080}, "c": {}}.items():
        await client.create(THINGS, THING | {"metadata": {"name": name}, "spec": spec}, "default")

    async def names(selector: str) -> list[str]:
        return [obj["metadata"]["name"] for obj in (await client.list(THINGS, "default", fields=selector)).items]

    assert await names("spec.host=h") == ["a"]
    assert await names("spec.port=8080") == ["b"]
    assert await names("spec.on=true,spec.host!=i") == ["a"]
    kind = api.kinds.named(THINGS)
    with api.watch(kind, "default", ListOptions(fields="spec.host=h")) as watch:
        await client.patch(THINGS, "b", {"spec": {"host": "h"}}, "default")
        await client.patch(THINGS, "a", {"spec": {"host": "x"}}, "default")
        async for batch in watch.batches():
            assert [(seen.type, seen.stored.obj["metadata"]["name"]) for seen in batch] == [
                ("ADDED", "a"),
                ("ADDED", "b"),
                ("DELETED", "a"),
            ]
            break
    await defined(definition())
    with pytest.raises(ApiError, match=r"field label not supported: spec\.host"):
        await names("spec.host=h")


async def test_a_watch_of_one_name_hears_of_no_other(api: Api, client: InProcessClient, defined) -> None:
    """The e2e spec CustomResourceDefinition Watch: two objects, a watch each."""
    await defined(definition())
    kind = api.kinds.named(THINGS)

    with api.watch(kind, "", ListOptions(fields="metadata.name=a")) as one:
        for name in ("a", "b"):
            await client.create(THINGS, THING | {"metadata": {"name": name}, "spec": {}}, "default")
            await client.patch(THINGS, name, {"spec": {"host": "h"}}, "default")
            await client.delete(THINGS, name, "default")
        async for batch in one.batches():
            assert [f"{seen.type} {seen.stored.obj['metadata']['name']}" for seen in batch] == [
                "ADDED a",
                "MODIFIED a",
                "DELETED a",
            ]
            break


def test_rules_of_selectable_fields() -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": FIELDS}}}

    def complaints(*paths: str) -> list[str]:
        report = Report()
        selectable_fields.judge(report, [{"jsonPath": path} for path in paths], schema, "f")
        return [f"{error.field}: {error.body}" for error in report.errors]

    assert complaints(".spec.host", ".spec.port", ".spec.on") == []
    assert complaints(".spec.nope") == [
        'f[0].jsonPath: Invalid value: ".spec.nope": is an invalid path: does not refer to a valid field'
    ]
    assert "must point to a field of type string, boolean or integer" in complaints(".spec")[0]
    assert complaints(".spec.host", ".spec.host") == ['f[1].jsonPath: Duplicate value: ".spec.host"']
    assert complaints("") == ["f[0].jsonPath: Required value"]
