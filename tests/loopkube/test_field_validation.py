"""Unknown and doubled fields: named as kube-apiserver names them, in its order, refused by Strict and told by Warn."""

import json

import pytest
from loopkube.api.decoding import strict
from loopkube.api.decoding.body import from_json
from loopkube.api.options import APPLY, WriteOptions
from loopkube.api.patch import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.kinds.registry import built_in
from loopkube.shared.status import ApiError

DEPLOYMENTS = built_in("deployments.apps")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "python:3.13"}]}}
SPEC = {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}
BODY = json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": SPEC})
WRONG = (
    BODY.replace('{"selector"', '{"odd": 1, "odd": 2, "replicas": 2, "replicas": 3, "selector"')
    .replace('"python:3.13"', '"python:3.13", "stray": 1, "stdin": true, "stdin": false')
    .replace('{"name": "web"}, "spec"', '{"name": "web", "strange": "a"}, "spec"')
)
FOUND = [
    'unknown field "metadata.strange"',
    'unknown field "spec.odd"',
    'duplicate field "spec.replicas"',
    'unknown field "spec.template.spec.containers[0].stray"',
    'duplicate field "spec.template.spec.containers[0].stdin"',
]
YAML = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  odd: 1
  odd: 2
  replicas: 1
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: python:3.13
        stray: 1
        stdin: true
        stdin: false
"""
LINES = [f'line {at}: key "{key}" already set in map' for at, key in ((7, "odd"), (9, "replicas"), (19, "stdin"))]
PORTS = {
    "type": "array",
    "items": {"type": "object", "properties": {"port": {"type": "integer"}, "host": {"type": "integer"}}},
}
KEEP = {"x-kubernetes-preserve-unknown-fields": True}
TEMPLATE_SCHEMA = {
    "type": "object",
    "x-kubernetes-embedded-resource": True,
    "properties": {"metadata": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


def kettles(**more: object) -> Kind:
    spec = {"type": "object", "properties": {"known": {"type": "string"}, "ports": PORTS, "template": TEMPLATE_SCHEMA}}
    schema = {"type": "object", "properties": {"spec": spec | more}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return Kind("example.com", "v1", "Kettle", "kettles", "kettle", True, custom=version)


KETTLE = (
    '{"apiVersion": "example.com/v1", "kind": "Kettle", "metadata": {"name": "web"}, "spec": {"odd": 1, "odd": 2,'
    ' "known": "a", "known": "b", "ports": [{"port": 1, "host": 1, "host": 2, "deep": 1}]}}'
)
TWICE = [f'duplicate field "spec.{field}"' for field in ("odd", "known", "ports[0].host")]


def told(api: Api, how: str, body: str, *, kind: Kind = DEPLOYMENTS, way: str = "application/json") -> list[str] | str:
    """Warnings, or the refusal's text behind its first words."""
    options = WriteOptions("test", field_validation=how, force=True)
    try:
        if "patch" in way:
            return api.patch(kind, "default", "web", body.encode(), way, options).warnings
        return api.create(kind, "default", body.encode(), way, options).warnings
    except ApiError as error:
        return error.message


@pytest.fixture
def stored(api: Api) -> Api:
    api.create(DEPLOYMENTS, "default", BODY.encode(), "application/json")
    return api


def test_a_typed_object_is_told_of_in_the_order_of_its_fields(api: Api) -> None:
    refused = 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
    assert told(api, "Strict", WRONG) == refused + ", ".join(FOUND)
    assert told(api, "Warn", WRONG) == FOUND
    assert told(api, "Ignore", WRONG.replace('"web", "strange"', '"other", "strange"')) == []


def test_yaml_is_told_of_by_line_and_then_in_the_order_of_sorted_keys(api: Api) -> None:
    unknown = ['unknown field "spec.odd"', 'unknown field "spec.template.spec.containers[0].stray"']
    expected = "yaml: unmarshal errors:\n  " + "\n  ".join(LINES) + f", {', '.join(unknown)}"
    assert told(api, "Strict", YAML, way="application/yaml").endswith(f"strict decoding error: {expected}")
    assert told(api, "Warn", YAML, way="application/yaml") == LINES + unknown


@pytest.mark.parametrize("way", [MERGE_PATCH, STRATEGIC_MERGE_PATCH])
def test_a_patch_is_told_of_before_the_object_that_it_makes(stored: Api, way: str) -> None:
    patch = '{"spec": {"odd": 1, "odd": 2, "paused": true, "paused": false}}'
    found = ['duplicate field "spec.odd"', 'duplicate field "spec.paused"', 'unknown field "spec.odd"']
    assert told(stored, "Strict", patch, way=way).endswith(f": strict decoding error: {', '.join(found)}")
    assert told(stored, "Warn", patch, way=way) == found
    assert told(stored, "Ignore", patch, way=way) == []
    only_twice = '{"spec": {"paused": true, "paused": false}}'
    assert told(stored, "Strict", only_twice, way=way).endswith('error: duplicate field "spec.paused"')


def test_the_operations_of_a_json_patch_are_told_of_by_their_number(stored: Api) -> None:
    patch = (
        '[{"op": "add", "path": "/spec/odd", "value": 1, "foo": 1},'
        ' {"op": "add", "path": "/spec/a", "path": "/spec/paused", "value": true}]'
    )
    found = ['json patch unknown field "[0].foo"', 'json patch duplicate field "[1].path"', 'unknown field "spec.odd"']
    assert told(stored, "Warn", patch, way=JSON_PATCH) == found
    assert told(stored, "Strict", patch, way=JSON_PATCH).endswith(f": strict decoding error: {', '.join(found)}")


@pytest.mark.parametrize("body", [YAML.replace("  odd: 1\n  odd: 2\n", "").replace("        stray: 1\n", "")])
def test_an_apply_patch_is_told_of_by_line(api: Api, body: str) -> None:
    lines = ['line 7: key "replicas" already set in map', 'line 16: key "stdin" already set in map']
    refused = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
    assert told(api, "Strict", body, way=APPLY) == refused + "\n  ".join(lines)
    assert told(api, "Warn", body, way=APPLY) == lines
    assert told(api, "Ignore", body, way=APPLY) == []


def test_an_apply_patch_in_json_has_lines_too(api: Api) -> None:
    body = BODY.replace('{"selector"', '{\n\t"paused": false,\n\t"paused": true,\n\t"selector"')
    assert told(api, "Warn", body, way=APPLY) == ['line 3: key "paused" already set in map']


def test_a_custom_object_is_told_of_its_duplicates_first(api: Api) -> None:
    unknown = ['unknown field "spec.odd"', 'unknown field "spec.ports[0].deep"']
    assert told(api, "Warn", KETTLE, kind=kettles()) == TWICE + unknown
    assert told(api, "Strict", KETTLE, kind=kettles()).endswith(f"error: {', '.join(TWICE + unknown)}")
    assert told(api, "Strict", KETTLE, kind=kettles(**KEEP)).endswith(f"error: {', '.join(TWICE + unknown[1:])}")


def test_a_custom_object_applied_with_duplicates_is_refused_though_unknown_fields_are_kept(api: Api) -> None:
    body = "apiVersion: example.com/v1\nkind: Kettle\nmetadata: {name: web}\nspec:\n  any: 1\n  known: a\n  known: b\n"
    assert 'line 7: key "known" already set in map' in told(api, "Strict", body, kind=kettles(**KEEP), way=APPLY)
    assert told(api, "Strict", body.replace("  known: b\n", ""), kind=kettles(**KEEP), way=APPLY) == []


def test_metadata_of_an_embedded_object_is_judged_as_the_objects_own(api: Api) -> None:
    spec = {"template": {"kind": "Sub", "metadata": {"name": "a", "oddly": 1}}}
    obj = {"apiVersion": "example.com/v1", "kind": "Kettle", "metadata": {"name": "web", "odd": 1}, "spec": spec}
    found = ['unknown field "metadata.odd"', 'unknown field "spec.template.metadata.oddly"']
    assert told(api, "Warn", json.dumps(obj), kind=kettles(**KEEP)) == found
    declared = ".metadata.odd: field not declared in schema"
    assert declared in told(api, "Strict", json.dumps(obj), kind=kettles(**KEEP), way=APPLY)


@pytest.mark.parametrize(
    ("document", "is_doubled"),
    [
        ("{}", False),
        ('{"a": 1, "b": {"a": 1}}', False),
        ('{"a": 1, "b": {"c": 1, "c": 1}}', True),
        ('[{"a": 1}, {"a": 1, "a": 2}]', True),
        (r'{"a": "\"", "b": "\u0022"}', False),
        (r'{"\u0061": 1, "a": 2}', True),
        (r'{"a": "\"", "a": 2}', True),
        (r'{"a": "\\", "b": "\\\""}', False),
        (r'{"a": "\\", "a": "\\\""}', True),
        (r'{"\ud800": 1, "a": 2}', False),
        (r'{"\ud800": 1, "\ud800": 2}', True),
        ('{"a": 123456789012345678901234567890, "b": 1}', False),
        ('{"a": 123456789012345678901234567890, "a": 1}', True),
        ('{"a":' * 300 + '{"b": 1, "b": 2}' + "}" * 300, True),
        ('{"a":' * 300 + '{"b": 1}' + "}" * 300, False),
    ],
)
def test_keys_that_stand_twice_are_found_whatever_the_texts(document: str, is_doubled: bool) -> None:
    assert strict.is_doubled(document) == strict.is_doubled(document.encode()) == is_doubled
    assert bool(from_json(document.encode())[1]) == is_doubled
