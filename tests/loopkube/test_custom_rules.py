"""x-kubernetes-validations: rules of custom resources, as the e2e specs CustomResourceValidationRules use them."""

import pytest
from loopkube.kinds.apiextensions.custom_resource_definition import schema_rules
from loopkube.kinds.shared import expressions
from loopkube.kinds.shared.report import Report
from test_custom import complaints, kind_with

INTEGER, STRING = {"type": "integer"}, {"type": "string"}


def ruled(*rules: dict | str, **fields: dict):
    """A kind whose spec has fields and rules."""
    declared = [rule if isinstance(rule, dict) else {"rule": rule} for rule in rules]
    spec = {"type": "object", "properties": fields, "x-kubernetes-validations": declared}
    return kind_with({"type": "object", "properties": {"spec": spec}})


def of_schema(schema: dict) -> list[str]:
    report = Report()
    schema_rules.judge(report, {"type": "object", "properties": {"spec": schema}}, "s")
    return [f"{error.field}: {error.body}" for error in report.errors]


def test_a_rule_that_holds_and_one_that_does_not() -> None:
    kind = ruled("self.x + self.y > 0", x=INTEGER, y=INTEGER)
    assert complaints(kind, {"x": 1, "y": 0}) == []
    assert complaints(kind, {"x": 0, "y": 0}) == ["spec: Invalid value: failed rule: self.x + self.y > 0"]


def test_an_expression_without_a_value_names_its_error() -> None:
    kind = ruled("self.x / self.y > 0", x=INTEGER, y=INTEGER)
    assert complaints(kind, {"x": 1, "y": 0}) == [
        'spec: Invalid value: "object": division by zero evaluating rule: self.x / self.y > 0'
    ]
    assert complaints(kind, {"x": 1}) == [
        'spec: Invalid value: "object": no such key: y evaluating rule: self.x / self.y > 0'
    ]


def test_messages_reasons_and_paths() -> None:
    more = {"message": "too small", "messageExpression": "'x is ' + string(self.x)", "fieldPath": ".x"}
    rule = {"rule": "self.x > 3", "reason": "FieldValueForbidden"} | more
    assert complaints(ruled(rule, x=INTEGER), {"x": 1}) == ["spec.x: Forbidden: x is 1"]
    without = {"rule": "self.x > 3", "message": " too small ", "messageExpression": "string(1/(self.x - 1))"}
    assert complaints(ruled(without, x=INTEGER), {"x": 1}) == ["spec: Invalid value: too small"]


def test_a_simple_value_is_told() -> None:
    kind = kind_with(
        {
            "type": "object",
            "properties": {
                "spec": {
                    "type": "object",
                    "properties": {"x": {"type": "string", "x-kubernetes-validations": [{"rule": "self != 'a'"}]}},
                }
            },
        }
    )
    assert complaints(kind, {"x": "a"}) == ["spec.x: Invalid value: \"a\": failed rule: self != 'a'"]


def test_rules_of_items_of_maps_and_of_the_root() -> None:
    item = {"type": "integer", "x-kubernetes-validations": [{"rule": "self % 2 == 0"}]}
    fields = {"l": {"type": "array", "items": item}, "m": {"type": "object", "additionalProperties": item}}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}
    schema["x-kubernetes-validations"] = [{"rule": "self.metadata.name == 'a' && self.kind == 'Kettle'"}]
    assert complaints(kind_with(schema), {"l": [2, 3], "m": {"k": 5}}) == [
        "spec.l[1]: Invalid value: 3: failed rule: self % 2 == 0",
        "spec.m[k]: Invalid value: 5: failed rule: self % 2 == 0",
    ]


def test_transition_rules_wait_for_an_old_value() -> None:
    kind = ruled("self.x >= oldSelf.x", x=INTEGER)
    assert complaints(kind, {"x": 1}) == []
    assert complaints(kind, {"x": 1}, {"x": 2}) == ["spec: Invalid value: failed rule: self.x >= oldSelf.x"]
    optional = {"rule": "oldSelf.hasValue() || self.x > 0", "optionalOldSelf": True}
    assert complaints(ruled(optional, x=INTEGER), {"x": 0}) != []
    assert complaints(ruled(optional, x=INTEGER), {"x": 0}, {"x": 5}) == []


def test_items_of_keyed_lists_have_old_values() -> None:
    item = {"type": "object", "required": ["k"], "properties": {"k": STRING, "v": INTEGER}}
    item["x-kubernetes-validations"] = [{"rule": "self.v >= oldSelf.v"}]
    keyed = {"type": "array", "items": item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}
    kind = kind_with({"type": "object", "properties": {"spec": {"type": "object", "properties": {"l": keyed}}}})
    before = {"l": [{"k": "a", "v": 1}, {"k": "b", "v": 9}]}
    after = {"l": [{"k": "b", "v": 8}, {"k": "a", "v": 2}, {"k": "new", "v": 0}]}
    assert complaints(kind, after, before) == ["spec.l[0]: Invalid value: failed rule: self.v >= oldSelf.v"]
    lost = keyed | {"x-kubernetes-list-type": "atomic"}
    del lost["x-kubernetes-list-map-keys"]
    assert "oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[spec].items" in str(
        of_schema(lost)
    )


def test_what_an_update_leaves_as_it_was_is_not_refused() -> None:
    kind = ruled("self.x > 0", x=INTEGER)
    assert complaints(kind, {"x": 0}, {"x": 0}) == []
    assert complaints(kind, {"x": -1}, {"x": 0}) != []


def test_values_have_the_types_of_the_schema() -> None:
    when = {"type": "string", "format": "date-time"}
    either = {"x-kubernetes-int-or-string": True}
    odd = {"type": "object", "properties": {"a-b": INTEGER, "namespace": STRING, "x.y": STRING}}
    items = {"type": "array", "items": STRING, "x-kubernetes-list-type": "set"}
    rules = (
        "self.at.getFullYear() == 2026",
        "self.n / 2.0 == 0.5",
        "type(self.port) == string ? self.port == '50%' : self.port < 10",
        "self.odd.a__dash__b == 1 && self.odd.__namespace__ == 'n' && self.odd.x__dot__y == 'z'",
        "self.items == ['b', 'a']",
    )
    kind = ruled(*rules, at=when, n={"type": "number"}, port=either, odd=odd, items=items)
    spec = {"at": "2026-01-01T00:00:00Z", "n": 1, "port": "50%", "odd": {"a-b": 1, "namespace": "n", "x.y": "z"}}
    assert complaints(kind, spec | {"items": ["a", "b"]}) == []
    assert complaints(kind, spec | {"items": ["a", "b"], "port": 5}) == []
    assert complaints(kind, spec | {"items": ["a"], "port": 50}) == [
        f"spec: Invalid value: failed rule: {rules[2]}",
        f"spec: Invalid value: failed rule: {rules[4]}",
    ]


def test_a_definition_with_a_wrong_expression_is_refused() -> None:
    schema = {"type": "object", "properties": {"x": INTEGER}, "x-kubernetes-validations": [{"rule": "self.z == 100"}]}
    (complaint,) = of_schema(schema)
    rest = '"Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null'
    shown = f'{{"Rule":"self.z == 100",{rest}}}'
    where = "s.properties[spec].x-kubernetes-validations[0].rule"
    issue = "ERROR: <input>:1:5: undefined field 'z'\n | self.z == 100\n | ....^"
    assert complaint == f"{where}: Invalid value: {shown}: compilation failed: {issue}"


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"rule": "self.x + 1"}, "cel expression must evaluate to a bool"),
        ({"rule": "self.x == 'a'"}, "found no matching overload for '_==_' applied to '(int, string)'"),
        ({"rule": " "}, "rule: Required value: rule is not specified"),
        ({"rule": "true", "fieldPath": ".y"}, 'fieldPath: Invalid value: ".y": must be a valid path'),
        ({"rule": "true", "messageExpression": "1"}, "messageExpression must evaluate to a string"),
        ({"rule": "true", "optionalOldSelf": True}, "may not be set if oldSelf is not used in rule"),
        ({"rule": "true", "reason": "Other"}, 'Unsupported value: "Other"'),
        ({"rule": "true\n"}, ""),
        ({"rule": "true ||\ntrue"}, "message must be specified if rule contains line breaks"),
    ],
)
def test_rules_of_rules(rule: dict, complaint: str) -> None:
    found = of_schema({"type": "object", "properties": {"x": INTEGER}, "x-kubernetes-validations": [rule]})
    assert complaint in str(found).replace("\\'", "'") if complaint else found == []


def test_rules_wait_until_the_rest_is_right() -> None:
    kind = ruled("self.x > 0", x={"type": "integer"})
    assert "some validation rules were not checked" in complaints(kind, {"x": "a"})[-1]


def test_what_costs_too_much_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))"
    kind = ruled(rule, l={"type": "array", "items": INTEGER})
    monkeypatch.setattr(expressions, "PER_CALL", 1000)
    monkeypatch.setattr("loopkube.kinds.shared.structural.ruling.PER_CALL", 1000)
    (complaint,) = complaints(kind, {"l": list(range(100))})
    over = "no further validation rules will be run due to call cost exceeds limit for rule"
    assert (
        complaint
        == f"spec: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': {over}: {rule}"
    )


def test_a_rule_that_can_cost_too_much_is_refused_in_advance() -> None:
    inner = {"type": "array", "items": STRING, "x-kubernetes-validations": [{"rule": "self.all(s, s == 'constant')"}]}
    outer = {"type": "array", "items": inner}
    (complaint,) = of_schema({"type": "object", "properties": {"x": outer}})
    where = "s.properties[spec].properties[x].items.x-kubernetes-validations[0].rule"
    hint = "try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
    more = "where arrays, maps, and strings are declared"
    told = f"estimated rule cost exceeds budget by factor of more than 100x ({hint} {more})"
    assert complaint == f"{where}: Forbidden: {told}"
    bounded = outer | {"maxItems": 10, "items": inner | {"maxItems": 10, "items": STRING | {"maxLength": 20}}}
    assert of_schema({"type": "object", "properties": {"x": bounded}}) == []


def test_a_rule_that_costs_too_much_on_an_object_is_stopped() -> None:
    rule = "!has(self.l) || self.l.all(x, self.l.all(y, x == y))"
    kind = ruled(rule, l={"type": "array", "maxItems": 725, "items": INTEGER})
    (complaint,) = complaints(kind, {"l": [20] * 725})
    assert "call cost exceeds limit" in complaint
