"""JSON merge patch and JSON patch, and what is no patch at all."""

import json
from pathlib import Path

import pytest
from loopkube.api.patch import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, apply_patch
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError

CONFIG_MAPS = Kinds().named("configmaps")
KETTLES = Kind("golden.example.com", "v1", "Kettle", "kettles", "kettle", True, custom={})
RECORDED = {
    step["id"]: step
    for name in ("configmaps", "custom-resources")
    for step in json.loads((Path(__file__).parents[1] / f"recordings/api/{name}.json").read_text())["steps"]
    if step["request"]["method"] == "PATCH"
}
SETTINGS = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "settings"}, "data": {"shape": "round"}}


def refusal(kind: Kind, body: bytes, content_type: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        apply_patch(kind, SETTINGS, body, content_type)
    return caught.value


@pytest.mark.parametrize("step", ["json-patch-test-fails", "json-patch-bad-path", "patch-bad-type"])
def test_refuses_in_the_recorded_words(step: str) -> None:
    request = RECORDED[step]["request"]
    found = refusal(CONFIG_MAPS, json.dumps(request["body"]).encode(), request["content_type"])
    assert found.status() == RECORDED[step]["response"]["body"]


def test_custom_kinds_have_no_strategic_merge() -> None:
    found = refusal(KETTLES, b"{}", STRATEGIC_MERGE_PATCH)
    assert found.status() == RECORDED["strategic"]["response"]["body"]


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # https://www.rfc-editor.org/rfc/rfc7386, appendix A (patches that are objects)
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_of_the_rfc(target: dict, patch: dict, result: dict) -> None:
    assert apply_patch(CONFIG_MAPS, target, json.dumps(patch).encode(), MERGE_PATCH) == result


def test_json_patch_changes_a_copy() -> None:
    operations = [
        {"op": "test", "path": "/data/shape", "value": "round"},
        {"op": "add", "path": "/data/a~1b", "value": "1"},
        {"op": "move", "from": "/data/shape", "path": "/data/form"},
    ]
    found = apply_patch(CONFIG_MAPS, SETTINGS, json.dumps(operations).encode(), JSON_PATCH + "; charset=utf-8")
    assert found["data"] == {"a/b": "1", "form": "round"}
    assert SETTINGS["data"] == {"shape": "round"}


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b'{"a":', MERGE_PATCH, "error decoding patch: unexpected end of JSON input"),
        (b"x", STRATEGIC_MERGE_PATCH, "error decoding patch: invalid character 'x' looking for beginning of value"),
        (
            b"[]",
            MERGE_PATCH,
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            b"{}",
            JSON_PATCH,
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
    ],
)
def test_bodies_that_are_no_patch(body: bytes, content_type: str, message: str) -> None:
    found = refusal(CONFIG_MAPS, body, content_type)
    assert (found.code, found.message) == (400, message)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "", "value": 5},
        {"op": "jump", "path": "/data"},
        {"op": "add", "path": "/data/shape/x/y", "value": 1},
        {"op": "add", "path": 5, "value": 1},
        {"op": "copy", "path": "/data/x"},
    ],
)
def test_operations_that_cannot_be_done(operation: dict) -> None:
    assert refusal(CONFIG_MAPS, json.dumps([operation]).encode(), JSON_PATCH).code == 422


def test_a_json_patch_may_not_be_endless() -> None:
    operations = [{"op": "test", "path": "/data/shape", "value": "round"}] * 10_001
    assert refusal(CONFIG_MAPS, json.dumps(operations).encode(), JSON_PATCH).code == 413
