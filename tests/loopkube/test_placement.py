"""Tolerations and required node affinity."""

import pytest
from loopkube.shared.placement import fits_node_affinity, tolerates, untolerated

TAINT = {"key": "edge", "value": "yes", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "edge", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "edge", "value": "yes"}, True),
        ({"key": "edge", "operator": "Equal", "value": "no"}, False),
        ({"key": "edge"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "edge", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "edge", "operator": "Exists", "effect": "NoSchedule"}, True),
    ],
)
def test_a_toleration_answers_a_taint(toleration, expected):
    assert tolerates(toleration, TAINT) is expected


def test_only_taints_of_the_named_effects_count():
    node = {"spec": {"taints": [TAINT, {"key": "soft", "effect": "PreferNoSchedule"}]}}
    assert untolerated({}, node, ("NoSchedule", "NoExecute")) == [TAINT]
    assert untolerated({"tolerations": [{"operator": "Exists"}]}, node, ("NoSchedule",)) == []


def test_node_selector_and_affinity_must_both_hold():
    node = {"metadata": {"name": "one", "labels": {"disk": "gold"}}}
    terms = [{"matchExpressions": [{"key": "zone", "operator": "Exists"}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    assert fits_node_affinity({"nodeSelector": {"disk": "gold"}}, node)
    assert not fits_node_affinity({"nodeSelector": {"disk": "gold"}, "affinity": {"nodeAffinity": required}}, node)
    assert not fits_node_affinity({"nodeSelector": {"disk": "iron"}}, node)
