"""Names, labels, annotations, owners, finalizers, selectors."""

import pytest
from loopkube.kinds.registry import BUILT_IN, spec_of
from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.report import Report


def problems(meta: dict, *, namespaced: bool = True, check=text.dns_subdomain) -> list[str]:
    report = Report()
    metadata.metadata(report, {"name": "a", "namespace": "n"} | meta, check, namespaced=namespaced)
    return [f"{e.field}: {e.body}" for e in report.errors]


@pytest.mark.parametrize("name", ["a", "a.b", "a-1", "1", "x" * 253])
def test_good_names(name: str) -> None:
    assert text.dns_subdomain(name) == []


@pytest.mark.parametrize("name", ["A", "a_b", "-a", "a-", ".a", "a..b", ""])
def test_bad_names(name: str) -> None:
    assert len(text.dns_subdomain(name)) == 1


def test_a_label_has_no_dots_and_63_characters() -> None:
    assert text.dns_label("a.b") == ["must not contain dots"]
    assert text.dns_label("x" * 64) == ["must be no more than 63 characters"]


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("/name", "prefix part must be non-empty"),
        ("UPPER/name", "prefix part a lowercase RFC 1123 subdomain"),
        ("prefix/", "name part must be non-empty"),
        ("x" * 64, "name part must be no more than 63 characters"),
        ("a b", "name part must consist of alphanumeric characters"),
        ("a/b/c", "a valid label key must consist of"),
    ],
)
def test_label_keys(key: str, complaint: str) -> None:
    assert text.qualified_name(key)[0].startswith(complaint)


@pytest.mark.parametrize("key", ["app", "app.kubernetes.io/name", "A_b.c-D", "example.com/MyName"])
def test_good_label_keys(key: str) -> None:
    assert text.qualified_name(key) == []


def test_generated_names_may_end_in_a_dash() -> None:
    assert problems({"generateName": "web-"}) == []
    assert problems({"generateName": "Web-"})[0].startswith('metadata.generateName: Invalid value: "Web-"')


def test_namespaces_where_they_belong() -> None:
    assert problems({"namespace": ""}) == ["metadata.namespace: Required value"]
    assert problems({}, namespaced=False) == ["metadata.namespace: Forbidden: not allowed on this type"]


def test_annotations_have_a_size() -> None:
    large = {"a": "x" * (256 * 1024)}
    assert problems({"annotations": large}) == ["metadata.annotations: Too long: may not be more than 262144 bytes"]


def test_owners_are_complete_and_one_of_them_controls() -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "1", "controller": True}
    assert problems({"ownerReferences": [owner]}) == []
    assert 'metadata.ownerReferences[0].uid: Invalid value: "": must not be empty' in problems(
        {"ownerReferences": [owner | {"uid": ""}]}
    )
    assert "Only one reference can have Controller set to true" in problems({"ownerReferences": [owner, owner]})[0]


def test_finalizers_are_qualified() -> None:
    assert problems({"finalizers": ["example.com/clean", "foregroundDeletion"]}) == []
    assert problems({"finalizers": ["mine"]})[0].endswith(
        "name is neither a standard finalizer name nor is it fully qualified"
    )


def test_what_only_apimachinery_judges_takes_any_finalizer() -> None:
    """A Lease may have one without a domain, a ConfigMap may not (pkg/apis/*/validation)."""
    for kind, refused in (("Lease", 0), ("PodDisruptionBudget", 0), ("ConfigMap", 1)):
        meta = {"name": "a", "namespace": "n", "finalizers": ["mine"]}
        found = next(one for one in BUILT_IN if one.kind == kind)
        report = Report()
        any_finalizer = spec_of(found).rules.any_finalizer
        metadata.metadata(report, meta, text.dns_subdomain, namespaced=True, any_finalizer=any_finalizer)
        assert len(report.errors) == refused, kind


def test_no_new_finalizers_on_what_is_being_deleted() -> None:
    report = Report()
    old = {"name": "a", "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a/b"]}
    metadata.metadata_update(report, old | {"finalizers": ["a/b", "c/d"]}, old)
    assert [e.body for e in report.errors] == [
        'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}'
    ]


@pytest.mark.parametrize(
    ("requirement", "complaint"),
    [
        (
            {"key": "a", "operator": "In"},
            "values: Required value: must be specified when `operator`",
        ),
        (
            {"key": "a", "operator": "Exists", "values": ["b"]},
            "values: Forbidden: may not be specified when",
        ),
        ({"key": "a", "operator": "Near"}, 'operator: Invalid value: "Near": not a valid selector operator'),
        ({"key": "", "operator": "Exists"}, "key: Invalid value"),
    ],
)
def test_selectors(requirement: dict, complaint: str) -> None:
    report = Report()
    metadata.label_selector(report, "spec.selector", {"matchExpressions": [requirement]})
    error = report.errors[0]
    assert f"{error.field}: {error.body}".startswith(f"spec.selector.matchExpressions[0].{complaint}")


@pytest.mark.parametrize(
    ("operator", "values", "labels", "matches"),
    [
        ("In", ["x"], {"a": "x"}, True),
        ("In", ["x"], {}, False),
        ("NotIn", ["x"], {}, True),
        ("NotIn", ["x"], {"a": "x"}, False),
        ("Exists", [], {"a": ""}, True),
        ("DoesNotExist", [], {"a": ""}, False),
    ],
)
def test_what_a_selector_selects(operator: str, values: list, labels: dict, matches: bool) -> None:
    selector = {"matchExpressions": [{"key": "a", "operator": operator, "values": values}]}
    assert metadata.matches(selector, labels) is matches
    assert metadata.matches({"matchLabels": {"a": "x"}}, {"a": "x", "b": "y"})


def test_ports_and_their_names() -> None:
    assert [len(text.port_name(name)) for name in ("http", "80", "a--b", "-a", "a" * 16, "")] == [0, 1, 1, 1, 1, 2]
    assert text.port_number(65535) == []
    assert text.port_number(0) == ["must be between 1 and 65535, inclusive"]


def test_config_keys() -> None:
    assert text.config_key("a.b_C-1") == []
    assert text.config_key("..") == ["must not be '..'"]
    assert text.config_key("..a") == ["must not start with '..'"]
