"""Webhooks and custom objects: admission in several versions, and conversion; after the conformance specs
`AdmissionWebhook` and `CustomResourceConversionWebhook`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import webhook_program as program
from served import Served
from webhook_calls import MERGE, judging
from webhook_program import Webhook

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
UNMARSHAL, FIELD = " failed: json: cannot unmarshal", "ConversionResponse.response"


def version(name: str, *, storage: bool = False, **properties: dict) -> dict:
    schema = {"type": "object", "properties": properties, "x-kubernetes-preserve-unknown-fields": not properties}
    return {"name": name, "served": True, "storage": storage, "schema": {"openAPIV3Schema": schema}}


def definition(*versions: dict, **spec: object) -> dict:
    names = {"plural": "kettles", "kind": "Kettle"}
    whole = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": list(versions)} | spec
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "kettles.example.com"},
        "spec": whole,
    }


def kettles(version: str) -> str:
    return f"/apis/example.com/{version}/namespaces/default/kettles"


def kettle(version: str, name: str = "k", **fields: object) -> dict:
    return {"apiVersion": f"example.com/{version}", "kind": "Kettle", "metadata": {"name": name}} | fields


async def define(served: Served, *versions: dict, **spec: object) -> None:
    made = await served.call("POST", DEFINITIONS, definition(*versions, **spec))
    assert made.status == 201, made.text
    for _ in range(200):
        if served.api.kinds.named("kettles.example.com"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not established")


async def store_in_v2(served: Served) -> None:
    change = {"spec": {"versions": [version("v1"), version("v2", storage=True)]}}
    changed = await served.call("PATCH", f"{DEFINITIONS}/kettles.example.com", change, headers=MERGE)
    assert changed.status == 200, changed.text


async def test_custom_objects_are_denied_creation_update_and_deletion(served: Served) -> None:
    await define(served, version("v1", storage=True))

    def judge(asked: dict) -> dict:
        bad = (asked["object"] or asked["oldObject"]).get("data", {}).get("k") == asked["operation"]
        return {"allowed": not bad, "status": {"message": "the custom resource contains unwanted data"}}

    async with judging(served, judge, "kettles"):
        assert (await served.call("POST", kettles("v1"), kettle("v1", data={"k": "CREATE"}))).status == 400
        assert (await served.call("POST", kettles("v1"), kettle("v1", data={"k": "DELETE"}))).status == 201
        path = f"{kettles('v1')}/k"
        assert (await served.call("PATCH", path, {"data": {"k": "UPDATE"}}, headers=MERGE)).status == 400
        refused = await served.call("DELETE", path)
        assert refused.body["message"].endswith("denied the request: the custom resource contains unwanted data")
        assert (await served.call("PATCH", path, {"data": {"k": "ok"}}, headers=MERGE)).status == 200
        assert (await served.call("DELETE", path)).status == 200


async def test_what_a_webhook_adds_is_pruned(served: Served) -> None:
    data = {"type": "object", "properties": {name: {"type": "string"} for name in ("start", "stage-1")}}
    await define(served, version("v1", storage=True, data=data))

    def add(asked: dict) -> dict:
        return program.patched(
            {"op": "add", "path": "/data/stage-1", "value": "yes"},
            {"op": "add", "path": "/data/stage-2", "value": "no"},
        )

    async with judging(served, add, "kettles", mode="Mutating"):
        made = await served.call("POST", kettles("v1"), kettle("v1", data={"start": "yes"}))
    assert made.body["data"] == {"start": "yes", "stage-1": "yes"}


@pytest.mark.parametrize(("policy", "seen"), [("Equivalent", ["v1"]), ("Exact", [])])
async def test_a_request_in_another_version_of_the_resource(served: Served, policy: str, seen: list[str]) -> None:
    await define(served, version("v1", storage=True), version("v2"))
    rule = {"operations": ["*"], "apiGroups": ["example.com"], "apiVersions": ["v1"], "resources": ["kettles"]}
    add = {"op": "add", "path": "/data", "value": {"from": "webhook"}}
    async with judging(served, program.patch(add), mode="Mutating", rules=[rule], matchPolicy=policy) as hook:
        made = await served.call("POST", kettles("v2"), kettle("v2"))
    assert made.body["apiVersion"] == "example.com/v2"
    assert ("data" in made.body) == bool(seen)
    assert [asked["kind"]["version"] for asked in hook.asked] == seen
    assert [asked["object"]["apiVersion"] for asked in hook.asked] == [f"example.com/{v}" for v in seen]
    assert [asked["requestKind"]["version"] for asked in hook.asked] == ["v2"] * len(seen)


async def test_mutation_goes_on_when_another_version_is_stored(served: Served) -> None:
    await define(served, version("v1", storage=True), version("v2"))
    add = {"op": "add", "path": "/data", "value": {"stage": "1"}}
    async with judging(served, program.patch(add), "kettles", mode="Mutating"):
        await served.call("POST", kettles("v1"), kettle("v1"))
        await store_in_v2(served)
        patched = await served.call("PATCH", f"{kettles('v2')}/k", {"dummy": "x"}, headers=MERGE)
    assert patched.body["apiVersion"] == "example.com/v2" and patched.body["data"] == {"stage": "1"}


async def test_a_definition_can_be_denied(served: Served) -> None:
    async with judging(served, program.deny("the crd contains unwanted label"), "customresourcedefinitions"):
        refused = await served.call("POST", DEFINITIONS, definition(version("v1", storage=True)))
    assert refused.body["message"].endswith("denied the request: the crd contains unwanted label")


def conversion(client: dict, *versions: str) -> dict:
    webhook = {"clientConfig": client, "conversionReviewVersions": list(versions or ("v1",))}
    return {"conversion": {"strategy": "Webhook", "webhook": webhook}}


def rehosted(asked: dict) -> dict:
    """v1 has `hostPort: HOST:PORT`, v2 has `host` and `port`."""
    found = []
    for obj in asked["objects"]:
        fresh = dict(obj) | {"apiVersion": asked["desiredAPIVersion"]}
        if asked["desiredAPIVersion"].endswith("v2") and "hostPort" in fresh:
            fresh["host"], _, fresh["port"] = fresh.pop("hostPort").partition(":")
        elif asked["desiredAPIVersion"].endswith("v1") and "host" in fresh:
            fresh["hostPort"] = f"{fresh.pop('host')}:{fresh.pop('port')}"
        found.append(fresh)
    return {"convertedObjects": found, "result": {"status": "Success"}}


@asynccontextmanager
async def converted(served: Served, answer: program.Answer = rehosted) -> AsyncIterator[Webhook]:
    async with program.running(answer) as hook:
        await define(served, version("v1", storage=True), version("v2"), **conversion(hook.client()))
        yield hook


async def test_objects_are_stored_in_one_version_and_read_in_any(served: Served) -> None:
    async with converted(served) as hook:
        made = await served.call("POST", kettles("v2"), kettle("v2", host="local", port="80"))
        assert made.status == 201 and made.body["host"] == "local", made.text
        held = served.api.store.get("kettles.example.com", "default", "k").obj
        assert held["apiVersion"] == "example.com/v1" and held["hostPort"] == "local:80" and "host" not in held
        first = (await served.call("GET", f"{kettles('v1')}/k")).body
        second = (await served.call("GET", f"{kettles('v2')}/k")).body
        assert first["hostPort"] == "local:80"
        assert (second["host"], second["port"], second["metadata"]) == ("local", "80", first["metadata"])
        changed = await served.call("PATCH", f"{kettles('v2')}/k", {"port": "81"}, headers=MERGE)
        assert changed.body["port"] == "81"
        assert (await served.call("GET", f"{kettles('v1')}/k")).body["hostPort"] == "local:81"
    assert "timeout" not in hook.paths[0]


async def test_a_list_of_mixed_versions_is_converted_by_one_request(served: Served) -> None:
    async with converted(served) as hook:
        await served.call("POST", kettles("v1"), kettle("v1", "one", hostPort="a:1"))
        await store_in_v2(served)
        await served.call("POST", kettles("v1"), kettle("v1", "two", hostPort="b:2"))
        hook.asked.clear()
        listed = await served.call("GET", kettles("v2"))
        again = await served.call("GET", kettles("v1"))
    assert [(item["apiVersion"], item["host"]) for item in listed.body["items"]] == [
        ("example.com/v2", "a"),
        ("example.com/v2", "b"),
    ]
    assert [item["hostPort"] for item in again.body["items"]] == ["a:1", "b:2"]
    assert [len(asked["objects"]) for asked in hook.asked] == [1, 1]


async def test_a_watch_tells_events_in_its_version(served: Served) -> None:
    async with converted(served):
        query = {"watch": "true", "timeoutSeconds": "60", "allowWatchBookmarks": "false"}
        path = kettles("v2")
        async with served.session.get(path, params=query, headers=served.headers()) as watching:
            await served.call("POST", kettles("v1"), kettle("v1", hostPort="local:80"))
            event = json.loads(await watching.content.readline())
    assert (event["type"], event["object"]["apiVersion"], event["object"]["host"]) == (
        "ADDED",
        "example.com/v2",
        "local",
    )


SELECTABLE = {"v1": ".hostPort", "v2": ".host"}


async def test_selectors_speak_of_the_version_that_is_asked_for(served: Served) -> None:
    """The conformance spec CustomResourceFieldSelectors: whatever the version in which objects are stored."""
    async with program.running(rehosted) as hook:
        versions = [
            version(name, storage=name == "v1") | {"selectableFields": [{"jsonPath": path}]}
            for name, path in SELECTABLE.items()
        ]
        for made in versions:
            properties = {SELECTABLE[made["name"]].lstrip("."): {"type": "string"}}
            made["schema"]["openAPIV3Schema"]["properties"] = properties
        await define(served, *versions, **conversion(hook.client()))
        query = {"watch": "true", "timeoutSeconds": "60", "fieldSelector": "host=a"}
        async with served.session.get(kettles("v2"), params=query, headers=served.headers()) as watching:
            for name, host in (("one", "a"), ("two", "a"), ("three", "b")):
                made = await served.call("POST", kettles("v2"), kettle("v2", name, host=host, port="80"))
                assert made.status == 201, made.text
            assert await names(served, f"{kettles('v2')}?fieldSelector=host=a") == ["one", "two"]
            assert await names(served, f"{kettles('v1')}?fieldSelector=hostPort=b:80") == ["three"]
            page = await served.call("GET", f"{kettles('v2')}?fieldSelector=host=a&limit=1")
            assert page.body["metadata"]["continue"] and page.body["items"][0]["host"] == "a"
            await served.call("PATCH", f"{kettles('v2')}/two", {"host": "b"}, headers=MERGE)
            assert (await served.call("DELETE", f"{kettles('v2')}?fieldSelector=host=a")).status == 200
            told = [json.loads(await watching.content.readline()) for _ in range(4)]
        assert await names(served, kettles("v1")) == ["three", "two"]
    assert [(event["type"], event["object"]["metadata"]["name"]) for event in told] == [
        ("ADDED", "one"), ("ADDED", "two"), ("DELETED", "two"), ("DELETED", "one"),
    ]  # fmt: skip
    assert {event["object"]["host"] for event in told} == {"a"}, "what has left is told as it was"


async def names(served: Served, path: str) -> list[str]:
    listed = await served.call("GET", path)
    assert listed.status == 200, listed.text
    return [item["metadata"]["name"] for item in listed.body["items"]]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"result": {"status": "Failed", "message": "cannot"}}, " failed: cannot"),
        ({"result": {"status": "Success"}, "convertedObjects": []}, " returned 0 objects, expected 1"),
        ({"result": {}}, " failed: response.result.status was '', not 'Success'"),
        ({"result": "x"}, f"{UNMARSHAL} string into Go struct field {FIELD}.result of type v1.Status"),
        (
            {"result": {"status": "Success"}, "convertedObjects": {"a": 1}},
            f"{UNMARSHAL} object into Go struct field {FIELD}.convertedObjects of type []runtime.RawExtension",
        ),
    ],
)
async def test_a_conversion_that_fails(served: Served, answer: dict, words: str) -> None:
    async with converted(served, lambda _: answer):
        await served.call("POST", kettles("v1"), kettle("v1"))
        refused = await served.call("GET", f"{kettles('v2')}/k")
        assert (await served.call("GET", f"{kettles('v1')}/k")).status == 200
    start = "Internal error occurred: conversion webhook for example.com/v1, Kind=Kettle"
    assert (refused.status, refused.body["message"]) == (500, start + words)


async def test_only_labels_and_annotations_are_the_webhooks(served: Served) -> None:
    def meddle(asked: dict) -> dict:
        [obj] = asked["objects"]
        metadata = obj["metadata"] | {"labels": {"a": "b"}, "finalizers": ["x.y/z"]}
        fresh = obj | {"apiVersion": asked["desiredAPIVersion"], "metadata": metadata}
        return {"convertedObjects": [fresh], "result": {"status": "Success"}}

    async with converted(served, meddle) as hook:
        await served.call("POST", kettles("v1"), kettle("v1"))
        found = await served.call("GET", f"{kettles('v2')}/k")
        hook.answer = lambda asked: (
            meddle(asked)
            | {
                "convertedObjects": [
                    asked["objects"][0] | {"apiVersion": "example.com/v2", "metadata": {"name": "other"}}
                ]
            }
        )
        refused = await served.call("GET", f"{kettles('v2')}/k")
    assert found.body["metadata"]["labels"] == {"a": "b"} and "finalizers" not in found.body["metadata"]
    assert "returned invalid object: must have the same name: k != other" in refused.body["message"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"strategy": "Magic"}, 'strategy: Unsupported value: "Magic": supported values: "None", "Webhook"'),
        (
            {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}},
            "webhookClientConfig: Required value: required when strategy is set to Webhook",
        ),
        (
            {
                "strategy": "Webhook",
                "webhook": {"clientConfig": {"url": "https://x/"}, "conversionReviewVersions": ["v9"]},
            },
            'conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
        ),
        (
            {"strategy": "None", "webhook": {"clientConfig": {"url": "https://x/"}, "conversionReviewVersions": []}},
            "webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook",
        ),
    ],
)
async def test_what_a_definition_may_say_about_conversion(served: Served, spec: dict, message: str) -> None:
    refused = await served.call("POST", DEFINITIONS, definition(version("v1", storage=True), conversion=spec))
    assert refused.status == 422 and f"spec.conversion.{message}" in refused.body["message"], refused.text
