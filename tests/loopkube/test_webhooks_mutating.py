"""Admission webhooks that change objects, with a real one over HTTPS."""

import webhook_program as program
from served import Served
from webhook_calls import MAPS, PODS, config_map, configure, judging, pod, said
from webhook_program import patch, webhook


async def test_webhooks_change_an_object_in_order_of_their_names(serving: Served) -> None:
    def stage(number: int) -> program.Answer:
        return lambda asked: program.patched(
            {"op": "add", "path": "/data", "value": {**asked["object"].get("data", {}), f"stage-{number}": "yes"}}
        )

    async with program.running(stage(1)) as first, program.running(stage(2)) as second:
        await configure(serving, webhook(second.client(), "configmaps"), mode="Mutating", name="b")
        await configure(serving, webhook(first.client(), "configmaps"), mode="Mutating", name="a")
        made = await serving.call("POST", MAPS, config_map() | {"data": {"start": "yes"}})
    assert made.body["data"] == {"start": "yes", "stage-1": "yes", "stage-2": "yes"}
    assert second.asked[0]["object"]["data"] == {"start": "yes", "stage-1": "yes"}
    assert len(first.asked) == len(second.asked) == 1


async def test_a_mutated_pod_gets_defaults(serving: Served) -> None:
    added = {"op": "add", "path": "/spec/initContainers", "value": [{"name": "init", "image": "python:3.13"}]}
    async with judging(serving, patch(added), "pods", mode="Mutating") as hook:
        made = await serving.call("POST", PODS, pod() | {"metadata": {"generateName": "web-"}})
    [init] = made.body["spec"]["initContainers"]
    assert init["terminationMessagePolicy"] == "File" and init["imagePullPolicy"] == "IfNotPresent"
    assert init["volumeMounts"], "plugins run again"
    assert made.body["metadata"]["name"].startswith("web-")
    assert "name" not in hook.asked[0] and "name" not in hook.asked[0]["object"]["metadata"]


async def test_a_webhook_is_asked_again_if_it_wants_and_the_object_has_changed(serving: Served) -> None:
    label = {"op": "add", "path": "/metadata/labels", "value": {"late": "yes"}}
    async with program.running(program.allow) as early, program.running(patch(label)) as late:
        again = {"reinvocationPolicy": "IfNeeded"}
        await configure(
            serving,
            webhook(early.client(), "configmaps", name="a.b.c", **again),
            webhook(late.client(), "configmaps", name="d.e.f"),
            mode="Mutating",
        )
        await serving.call("POST", MAPS, config_map())
    assert [asked["object"]["metadata"].get("labels") for asked in early.asked] == [None, {"late": "yes"}]
    assert len(late.asked) == 1


async def test_a_patch_that_breaks_the_object_or_does_not_apply(serving: Served) -> None:
    replace = {"op": "replace", "path": "/data/x", "value": "1"}
    async with judging(serving, patch(replace), "configmaps", mode="Mutating") as hook:
        missing = await serving.call("POST", MAPS, config_map())
        hook.answer = patch({"op": "add", "path": "/data", "value": 5})
        wrong = await serving.call("POST", MAPS, config_map())
        hook.answer = patch({"op": "add", "path": "/metadata/labels", "value": {"a": "not a label!"}})
        invalid = await serving.call("POST", MAPS, config_map())
    assert (missing.status, wrong.status, invalid.status) == (500, 500, 422)
    assert said(missing) == (
        "Internal error occurred: replace operation does not apply: doc is missing key: /data/x: missing value"
    )
    assert said(invalid).startswith('ConfigMap "a" is invalid: metadata.labels: Invalid value: "not a label!"')


async def test_a_patch_that_makes_something_else_is_told_in_the_decoders_words(serving: Served) -> None:
    labels = program.patch({"op": "add", "path": "/metadata/labels", "value": {"a": 7}})
    async with judging(serving, labels, "configmaps", mode="Mutating"):
        refused = await serving.call("POST", MAPS, config_map())
    why = "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"
    assert (refused.status, said(refused)) == (500, f"Internal error occurred: {why}")
