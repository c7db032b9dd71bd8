"""Label selectors and node selectors."""

import pytest
from loopkube.shared.labels import is_empty, matches, matches_node


def requirement(operator: str, *values: str, key: str = "app") -> dict:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "front"}}, False),
        (requirement("In", "web", "shop"), True),
        (requirement("NotIn", "web"), False),
        (requirement("NotIn", "web", key="tier"), True),
        (requirement("Exists"), True),
        (requirement("Exists", key="tier"), False),
        (requirement("DoesNotExist", key="tier"), True),
        (requirement("DoesNotExist"), False),
        ({"matchLabels": {"app": "web"}} | requirement("In", "shop"), False),
    ],
)
def test_a_label_selector(selector, expected):
    assert matches(selector, {"app": "web"}) is expected


def test_only_a_selector_that_says_nothing_is_empty():
    assert is_empty({}) and is_empty({"matchLabels": {}})
    assert not is_empty(None) and not is_empty({"matchLabels": {"a": "b"}})


def term(operator: str, *values: str, key: str = "cores", where: str = "matchExpressions") -> dict:
    return {where: [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], False),
        ([{}], False),
        ([term("Gt", "3")], True),
        ([term("Gt", "4")], False),
        ([term("Lt", "5")], True),
        ([term("Lt", "x")], False),
        ([term("Gt", "1", key="none")], False),
        ([term("In", "one", key="metadata.name", where="matchFields")], True),
        ([term("In", "two", key="metadata.name", where="matchFields")], False),
        ([term("In", "9"), term("In", "4")], True),
    ],
)
def test_the_terms_of_a_node_selector_are_alternatives(terms, expected):
    node = {"metadata": {"name": "one", "labels": {"cores": "4"}}}
    assert matches_node({"nodeSelectorTerms": terms}, node) is expected
    assert matches_node(None, node)
