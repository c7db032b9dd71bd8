"""Label and field selectors: what they select, and how a bad one is refused."""

import pytest
from loopkube.api.fields import field_selector, single_name
from loopkube.api.selectors import label_selector
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN
from loopkube.shared.status import ApiError

KINDS = {kind.resource: kind for kind in BUILT_IN}
FRONT = {"app": "shop", "tier": "front", "weight": "7"}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("app=shop", True),
        ("app==blog", False),
        ("app!=blog", True),
        ("app!=shop", False),
        ("missing!=x", True),
        ("tier in (front, back)", True),
        ("tier in (back)", False),
        ("tier notin (back)", True),
        ("missing notin (x)", True),
        ("missing in (x,)", False),
        ("app", True),
        ("!app", False),
        ("!missing", True),
        ("weight>6", True),
        ("weight<7", False),
        ("app>6", False),
        ("app=shop,tier=front", True),
        ("app=shop,tier=back", False),
        (" app\t=\nshop ", True),
        ("app=", False),
        ("missing in ()", False),
    ],
)
def test_what_a_label_selector_selects(text: str, selected: bool) -> None:
    test = label_selector(text)
    assert test is not None and test(FRONT) is selected


def test_an_empty_selector_selects_everything() -> None:
    assert label_selector("") is None
    assert field_selector(KINDS["pods"], "") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a=b,", "found '', expected: identifier after ','"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
    ],
)
def test_how_a_bad_label_selector_is_refused(text: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        label_selector(text)
    assert (refused.value.code, refused.value.message) == (400, message)


@pytest.mark.parametrize("text", ["-a=b", "a/b/c", "A_/x=1", f"{'x' * 64}=1", f"a={'x' * 64}", "a=b!c", "a=-b"])
def test_names_and_values_are_checked(text: str) -> None:
    with pytest.raises(ApiError):
        label_selector(text)


def pod(name: str = "web", **spec: object) -> dict:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec, "status": {"phase": "Running"}}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("metadata.name=web", True),
        ("metadata.name!=web", False),
        ("metadata.namespace==shop", True),
        ("status.phase=Running,spec.nodeName=n1", True),
        ("spec.nodeName=", False),
        ("spec.hostNetwork=false", True),
        ("metadata.name=a\\,b", False),
    ],
)
def test_what_a_field_selector_selects(text: str, selected: bool) -> None:
    test = field_selector(KINDS["pods"], text)
    assert test is not None and test(pod(nodeName="n1")) is selected


@pytest.mark.parametrize(
    ("resource", "text", "message"),
    [
        ("configmaps", "x=y", '"x" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ("pods", "spec.x=y", "field label not supported: spec.x"),
        ("pods", "x", "invalid selector: 'x'; can't understand 'x'"),
    ],
)
def test_how_a_bad_field_selector_is_refused(resource: str, text: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        field_selector(KINDS[resource], text)
    assert refused.value.message == message


def test_fields_that_a_definition_declares() -> None:
    custom = {"selectableFields": [{"jsonPath": ".spec.colour"}]}
    kind = Kind("example.com", "v1", "Kettle", "kettles", "kettle", True, custom=custom)
    test = field_selector(kind, "spec.colour=red")
    assert test is not None and test({"metadata": {}, "spec": {"colour": "red"}})


def test_one_name_is_recognised() -> None:
    assert single_name("metadata.name=a.b") == "a.b"
    assert single_name("metadata.name!=a") == single_name("metadata.name=a,x=y") == single_name("") == ""
