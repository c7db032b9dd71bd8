"""The exercises of notebook 17: cases of the clinic, begun as the notebook begins them."""

import time
from collections.abc import Iterator

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labtools.clinic import playing, records
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

SEED, DEADLINE = 17, 20.0
UNSOLVED = {
    "17.1": ("bakery", "/menu should get status 50"),
    "17.2": ("embassy", "/offers should get the Service offers; it got 404"),
    "17.3": ("harbour", "/prices should get status 403; it was answered by prices"),
}


@pytest.fixture
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    yield Lab.connect("clinic", fresh=False)
    list(playing.clean_up())
    records._file().unlink(missing_ok=True)


def check_says(lab: Lab, name: str, wanted: str) -> bool:
    """Whether the check is solved (`wanted` is ""), or says so; the controller follows a moment later."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        result = lab.check(name)
        if result.solved if not wanted else wanted in result.why:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("name", UNSOLVED)
def test_exercises_say_what_is_missing_and_accept_every_solution(lab: Lab, name: str) -> None:
    case, why = UNSOLVED[name]
    for solution in ALL[name].solutions:
        list(playing.start(case, SEED, leave=True, cluster=None))
        assert check_says(lab, name, why), lab.check(name)
        lab.apply(solution)
        assert check_says(lab, name, ""), f"{name}: {lab.check(name)}\n{solution}"
