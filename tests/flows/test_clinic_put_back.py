"""What a case changes of what it has not made is put back: when it is given up, after a kill, and by `lab reset`."""

from collections.abc import Iterator

import pytest
from labtools import cli
from labtools.clinic import nodes, playing, records
from labtools.clinic.ground import Ground
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long


@pytest.fixture
def ground(cluster: ClusterInfo) -> Iterator[Ground]:
    yield Ground.of(None)
    list(playing.clean_up())
    records._file().unlink(missing_ok=True)


def taints(ground: Ground) -> list[str]:
    return [taint["key"] for node in nodes.workers(ground.api) for taint in node["spec"].get("taints") or []]


def test_a_taint_goes_when_the_case_is_given_up(ground: Ground) -> None:
    list(playing.start("hotel", 1, leave=True, cluster=None))
    assert len(taints(ground)) == 1
    list(playing.give_up())
    assert taints(ground) == []


def test_a_taint_that_a_kill_has_left_goes_with_the_next_case(ground: Ground) -> None:
    list(playing.start("hotel", 2, leave=True, cluster=None))
    visits = records.read()
    assert visits.now and taints(ground)
    visits.now.end = records.LEFT  # as it is written down before anything is changed
    records.write(visits)
    list(playing.start("bakery", 1, leave=False, cluster=None))
    assert taints(ground) == []


def test_reset_waits_for_no_finalizer_and_leaves_no_taint(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    list(playing.start("station", 1, leave=True, cluster=None))
    (going,) = [obj for obj in ground.lab.objects("ingresses") if obj["metadata"].get("deletionTimestamp")]
    assert going["metadata"]["finalizers"]
    assert cli.main(["reset"]) == 0 and "namespace/clinic deleted" in capsys.readouterr().out
    list(playing.start("hotel", 3, leave=True, cluster=None))
    assert taints(ground) and cli.main(["reset"]) == 0 and taints(ground) == []
