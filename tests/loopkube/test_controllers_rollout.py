"""How big each ReplicaSet of a Deployment should be, as pure arithmetic."""

import pytest
from loopkube.controllers import rollout


def deployment(replicas: int, surge="25%", unavailable="25%", type="RollingUpdate") -> dict:
    strategy = {"type": type, "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {"metadata": {"name": "web"}, "spec": {"replicas": replicas, "strategy": strategy}, "status": {}}


def replica_set(name: str, replicas: int, available: int | None = None, born: int = 0) -> dict:
    status = {"availableReplicas": replicas if available is None else available}
    metadata = {"name": name, "creationTimestamp": f"2026-01-01T00:00:{born:02}Z"}
    return {"metadata": metadata, "spec": {"replicas": replicas}, "status": status}


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "expected"),
    [
        (2, "25%", "25%", (1, 0)),
        (4, "25%", "25%", (1, 1)),
        (10, "25%", "25%", (3, 2)),
        (3, 0, 0, (0, 1)),
        (3, "0%", "30%", (0, 1)),
        (5, 2, 9, (2, 5)),
        (0, "25%", "25%", (0, 0)),
    ],
)
def test_surge_rounds_up_and_unavailable_down(replicas, surge, unavailable, expected):
    found = deployment(replicas, surge, unavailable)
    assert (rollout.max_surge(found), rollout.max_unavailable(found)) == expected


def test_recreate_has_neither():
    found = deployment(4, type="Recreate")
    assert (rollout.max_surge(found), rollout.max_unavailable(found)) == (0, 0)


def test_a_rolling_update_steps_within_its_limits():
    found, old, new = deployment(4), replica_set("old", 4), replica_set("new", 0)
    assert rollout.grow_new(found, new, [old]) == {"new": 1}
    new = replica_set("new", 1, available=0)
    assert rollout.grow_new(found, new, [old]) == {}
    assert rollout.shrink_old(found, new, [old]) == {"old": 3}
    old = replica_set("old", 3)
    assert rollout.grow_new(found, new, [old]) == {"new": 2}
    new = replica_set("new", 2, available=0)
    assert rollout.shrink_old(found, new, [old]) == {}
    new = replica_set("new", 2, available=2)
    assert rollout.shrink_old(found, new, [old]) == {"old": 1}


def test_pods_that_serve_nobody_go_first():
    found = deployment(4)
    sick, well = replica_set("sick", 2, available=0), replica_set("well", 3)
    assert rollout.shrink_old(found, replica_set("new", 0), [sick, well]) == {"sick": 0}


def test_shrinking_takes_the_new_pods_away():
    assert rollout.grow_new(deployment(2), replica_set("new", 5), []) == {"new": 2}


def test_resizing_follows_the_only_running_set_or_the_latest():
    old, new = replica_set("old", 0), replica_set("new", 3)
    assert rollout.resize(deployment(5), new, [old], {}) == {"new": 5}
    assert rollout.resize(deployment(5), None, [replica_set("a", 0, born=1), replica_set("b", 0, born=2)], {}) == {
        "b": 5
    }
    assert rollout.resize(deployment(3), new, [old], {}) == {}


def test_resizing_in_the_middle_of_a_rollout_is_in_proportion():
    """The example of the Kubernetes documentation: 10 replicas, maxSurge 3, scaled to 15."""
    found = deployment(15, surge=3, unavailable=2)
    old, new = replica_set("old", 8, born=1), replica_set("new", 5, available=0, born=2)
    assert rollout.resize(found, new, [old], {"old": 13, "new": 13}) == {"old": 11, "new": 7}


def test_resizing_to_nothing_takes_all_sets_down():
    found = deployment(0)
    sets = replica_set("old", 2), replica_set("new", 1)
    assert rollout.resize(found, sets[1], [sets[0]], {"old": 3, "new": 3}) == {"old": 0, "new": 0}
