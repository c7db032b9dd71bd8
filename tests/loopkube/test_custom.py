"""Custom resources: their objects against the recordings and kube-openapi's texts."""

import json
from pathlib import Path

import pytest
from loopkube.api.custom import admit_custom, check_custom, decode_custom
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError

RECORDED = json.loads((Path(__file__).parents[1] / "recordings/api/custom-resources.json").read_text())["steps"]
DEFINITION = RECORDED[0]["request"]["body"]


def kind_with(schema: dict, *subresources: str) -> Kind:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    group, names = "golden.example.com", ("Kettle", "kettles", "kettle")
    return Kind(group, "v1", *names, True, subresources=subresources, custom=version)


KETTLE = kind_with(DEFINITION["spec"]["versions"][0]["schema"]["openAPIV3Schema"], "status")


def spec_kind(**fields: dict) -> Kind:
    return kind_with({"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}})


def stored(spec: object, **metadata: object) -> dict:
    meta = {"name": "a", "namespace": "x"} | metadata
    return {"apiVersion": "golden.example.com/v1", "kind": "Kettle", "metadata": meta, "spec": spec}


def complaints(kind: Kind, spec: object, old: object = None) -> list[str]:
    """What admission says of a spec, as `field: message`."""
    obj = stored(spec)
    try:
        admit_custom(kind, obj, stored(old) if old is not None else None)
    except ApiError as refusal:
        return [f"{cause['field']}: {cause['message']}" for cause in refusal.details["causes"]]
    return []


@pytest.mark.parametrize(
    ("finalizers", "old", "told"),
    [
        (["mine"], [], ["prefer a domain-qualified finalizer name to avoid"]),
        (["mine.example.com"], [], ["prefer a domain-qualified finalizer name including a path (/) to avoid"]),
        (["mine"], ["mine"], []),
        (["example.com/mine", "orphan"], [], []),
    ],
)
def test_any_finalizer_is_taken_and_one_without_a_domain_warned_of(finalizers: list, old: list, told: list) -> None:
    before = stored({}, finalizers=old) if old else None
    warnings = admit_custom(spec_kind(), stored({}, finalizers=finalizers), before)
    assert len(warnings) == len(told) and all(part in said for part, said in zip(told, warnings, strict=True))
    assert all(said.startswith(f'metadata.finalizers: "{finalizers[0]}": ') for said in warnings)


@pytest.mark.parametrize("step", [s for s in RECORDED[1:] if s["request"]["method"] == "POST"], ids=lambda s: s["id"])
def test_objects_are_taken_or_refused_as_recorded(step: dict) -> None:
    request, response = step["request"], step["response"]
    validation = (request.get("params") or {}).get("fieldValidation", "Warn")
    try:
        obj, warnings = decode_custom(KETTLE, json.dumps(request["body"]).encode(), "application/json", validation)
        obj["metadata"]["namespace"] = "x"
        admit_custom(KETTLE, obj)
    except ApiError as refusal:
        assert refusal.status() == response["body"]
        return
    assert response["status"] == 201
    assert obj["spec"] == response["body"]["spec"]
    assert bool(warnings) is ("warning" in response)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"type": "string", "minLength": 3}, "ab", "spec.f in body should be at least 3 chars long"),
        ({"type": "string", "pattern": "^a+$"}, "b", "spec.f in body should match '^a+$'"),
        ({"type": "integer", "multipleOf": 5}, 7, "spec.f in body should be a multiple of 5"),
        (
            {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            0,
            "spec.f in body should be greater than 0",
        ),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            [],
            "spec.f in body should have at least 1 items",
        ),
        ({"type": "string", "format": "date-time"}, "soon", 'spec.f in body must be of type date-time: "soon"'),
        ({"type": "string", "format": "ipv4"}, "1.2.3", 'spec.f in body must be of type ipv4: "1.2.3"'),
        ({"x-kubernetes-int-or-string": True}, True, 'spec.f in body must be of type integer,string: "boolean"'),
        ({"type": "object"}, [], 'spec.f in body must be of type object: "array"'),
    ],
)
def test_values_that_do_not_fit(field: dict, value: object, message: str) -> None:
    (complaint,) = complaints(spec_kind(f=field), {"f": value})
    assert complaint.startswith("spec.f: Invalid value: ")
    assert complaint.endswith(message)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ({"type": "string", "maxLength": 2}, "abc", "spec.f: Too long: may not be more than 2 bytes"),
        (
            {"type": "array", "items": {"type": "string"}, "maxItems": 1},
            ["a", "b"],
            "spec.f: Too many: 2: must have at most 1 item",
        ),
        (
            {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            ["a", "a"],
            'spec.f[1]: Duplicate value: "a"',
        ),
        (
            {
                "type": "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object", "properties": {"name": {"type": "string"}}},
            },
            [{"name": "a"}, {"name": "a"}],
            'spec.f[1]: Duplicate value: {"name":"a"}',
        ),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            {"k": "x"},
            'spec.f.k: Invalid value: "string": spec.f.k in body must be of type integer: "string"',
        ),
        (
            {"type": "array", "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "string"}}}},
            [{"n": "1"}, {}],
            "spec.f[1].n: Required value",
        ),
    ],
)
def test_complaints_about_lists_and_maps(field: dict, value: object, complaint: str) -> None:
    assert complaints(spec_kind(f=field), {"f": value}) == [complaint]


@pytest.mark.parametrize(
    ("composition", "value", "first"),
    [
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            '<nil>: Invalid value: "": "spec.f" must validate one and only one schema (oneOf). Found none valid',
        ),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {"a": "1", "b": "1"},
            '<nil>: Invalid value: "": "spec.f" must validate one and only one schema (oneOf). '
            "Found 2 valid alternatives",
        ),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            '<nil>: Invalid value: "": "spec.f" must validate at least one schema (anyOf)',
        ),
        (
            {"not": {"required": ["a"]}},
            {"a": "1"},
            '<nil>: Invalid value: "": "spec.f" must not validate the schema (not)',
        ),
    ],
)
def test_compositions(composition: dict, value: dict, first: str) -> None:
    field = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}} | composition
    assert complaints(spec_kind(f=field), {"f": value})[0] == first


def test_rules_that_are_not_reached_are_named() -> None:
    field = {"type": "integer", "x-kubernetes-validations": [{"rule": "self > 1"}]}
    found = complaints(spec_kind(f=field), {"f": "x"})
    assert found[-1].startswith("<nil>: Invalid value: null: some validation rules were not checked")
    assert complaints(spec_kind(f=field), {"f": 0}) == ["spec.f: Invalid value: 0: failed rule: self > 1"]


def test_what_did_not_change_is_not_judged_again() -> None:
    kind = spec_kind(f={"type": "integer", "maximum": 5}, g={"type": "string"})
    assert complaints(kind, {"f": 9, "g": "new"}, {"f": 9, "g": "old"}) == []
    assert complaints(kind, {"f": 8, "g": "old"}, {"f": 9, "g": "old"}) != []


def test_unknown_fields_go_except_where_they_are_welcome() -> None:
    kind = spec_kind(
        known={"type": "object", "properties": {"a": {"type": "string"}}},
        open={"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"in": {"type": "object"}}},
        labels={"type": "object", "additionalProperties": {"type": "string"}},
    )
    spec = {"known": {"a": "1", "b": "2"}, "open": {"any": 1, "in": {"gone": 1}}, "labels": {"x": "y"}, "lost": 1}
    obj = stored(spec, odd=1)
    warnings = check_custom(kind, obj)
    assert obj["spec"] == {"known": {"a": "1"}, "open": {"any": 1, "in": {}}, "labels": {"x": "y"}}
    assert "odd" not in obj["metadata"]
    assert warnings == [
        'unknown field "metadata.odd"',
        'unknown field "spec.known.b"',
        'unknown field "spec.lost"',
        'unknown field "spec.open.in.gone"',
    ]


def test_an_embedded_resource_keeps_its_kind_and_metadata() -> None:
    kind = spec_kind(template={"type": "object", "x-kubernetes-embedded-resource": True})
    spec = {"template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {}}}
    obj = stored(spec)
    assert check_custom(kind, obj) == ['unknown field "spec.template.spec"']
    assert set(obj["spec"]["template"]) == {"apiVersion", "kind", "metadata"}


def test_defaults_reach_into_lists_and_replace_nulls() -> None:
    item = {"type": "object", "properties": {"port": {"type": "integer", "default": 80}}}
    kind = spec_kind(
        items={"type": "array", "items": item},
        nullable={"type": "string", "nullable": True, "default": "x"},
        plain={"type": "string", "default": "x"},
        none={"type": "string"},
    )
    obj = stored({"items": [{}, {"port": 1}], "nullable": None, "plain": None, "none": None})
    admit_custom(kind, obj)
    assert obj["spec"] == {"items": [{"port": 80}, {"port": 1}], "nullable": None, "plain": "x"}


def test_the_status_is_written_through_its_subresource_only() -> None:
    old = stored({"litres": 2, "colour": "red"}, generation=1) | {"status": {"boiling": False}}
    obj = stored({"litres": 3, "colour": "red"}) | {"status": {"boiling": True}}
    admit_custom(KETTLE, obj, old, "")
    assert (obj["spec"]["litres"], obj["status"], obj["metadata"]["generation"]) == (3, {"boiling": False}, 2)
    obj = stored({"litres": 3}, labels={"a": "b"}) | {"status": {"boiling": True}}
    admit_custom(KETTLE, obj, old, "status")
    assert (obj["spec"], obj["status"], obj["metadata"]) == (old["spec"], {"boiling": True}, old["metadata"])


def test_without_a_status_subresource_status_is_a_field_like_others() -> None:
    kind = kind_with({"type": "object", "x-kubernetes-preserve-unknown-fields": True})
    obj = stored({}) | {"status": {"a": 1}}
    admit_custom(kind, obj)
    assert obj["status"] == {"a": 1}
    changed = stored({}) | {"status": {"a": 2}}
    admit_custom(kind, changed, obj)
    assert changed["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"kind": "Kettle", "metadata": {}}, "the API version in the data () does not match the expected API version"),
        ({"apiVersion": "golden.example.com/v1"}, "Object 'Kind' is missing in"),
        (
            {"apiVersion": "golden.example.com/v1", "kind": "Kettle", "metadata": {"labels": {"a": 1}}},
            "cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
        ),
    ],
)
def test_bodies_that_cannot_be_read(body: dict, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        decode_custom(KETTLE, json.dumps(body).encode(), "application/json", "Warn")
    assert refusal.value.code == 400
    assert message in refusal.value.message


def test_names_are_checked_as_for_every_kind() -> None:
    obj = stored({"litres": 1}, name="Not_A_Name")
    with pytest.raises(ApiError) as refusal:
        admit_custom(KETTLE, obj)
    assert refusal.value.details["causes"][0]["field"] == "metadata.name"


def test_a_default_status_is_there_from_the_start() -> None:
    status = {"type": "object", "default": {"phase": "New"}, "properties": {"phase": {"type": "string"}}}
    kind = kind_with({"type": "object", "properties": {"spec": {"type": "object"}, "status": status}}, "status")
    obj = stored({}) | {"status": {"phase": "Mine"}}
    admit_custom(kind, obj)
    assert obj["status"] == {"phase": "New"}


def test_a_deprecated_version_warns() -> None:
    kind = spec_kind(f={"type": "string"})
    kind.custom["deprecated"] = True
    assert admit_custom(kind, stored({})) == ["golden.example.com/v1 Kettle is deprecated"]
    kind.custom["deprecationWarning"] = "use v2"
    assert admit_custom(kind, stored({})) == ["use v2"]


LISTENERS = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": {
        "type": "object",
        "required": ["name", "port"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "port": {"type": "integer", "format": "int32", "maximum": 65535, "minimum": 1},
            "allowedRoutes": {
                "type": "object",
                "default": {"namespaces": {"from": "Same"}},
                "properties": {
                    "namespaces": {
                        "type": "object",
                        "properties": {"from": {"type": "string", "enum": ["All", "Same"], "default": "Same"}},
                    }
                },
            },
        },
    },
}


def test_schemas_like_those_of_the_gateway_api() -> None:
    kind = spec_kind(listeners=LISTENERS)
    obj = stored(
        {"listeners": [{"name": "http", "port": 80}, {"name": "x", "port": 1, "allowedRoutes": {"namespaces": {}}}]}
    )
    admit_custom(kind, obj)
    assert [item["allowedRoutes"] for item in obj["spec"]["listeners"]] == [{"namespaces": {"from": "Same"}}] * 2
    name, port = complaints(kind, {"listeners": [{"name": "", "port": 80000}]})
    assert name.endswith("spec.listeners[0].name in body should be at least 1 chars long")
    assert port.endswith("spec.listeners[0].port in body should be less than or equal to 65535")
    old = {"listeners": [{"name": "bad", "port": 80000}]}
    assert complaints(kind, {"listeners": [{"name": "good", "port": 1}, *old["listeners"]]}, old) == []
