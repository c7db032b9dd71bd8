"""Old manifests, refused and upgraded, and the exercise on them: the experiment of notebook 08."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import manifests
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

FOLDER = Path(__file__).parents[2] / "manifests" / "old-manifests"
EXERCISE = ALL["08.1"]


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-old-manifests")
    made.apply(FOLDER)
    made.wait("deployments")
    yield made
    made.clean_up()


def unsolved(lab: Lab) -> None:
    """As the notebook has it: the Service without annotations, and no Ingress."""
    lab.delete("ingress/visits", missing_ok=True)
    lab.delete("service/visits-svc", missing_ok=True)
    lab.apply(FOLDER / "applications.yaml")
    lab.wait_routed("http://visits.book.example.com/", status=404)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(EXERCISE.solutions)))
def test_the_exercise_takes_each_solution(lab: Lab, number: int) -> None:
    unsolved(lab)
    assert EXERCISE.judge(lab).why.endswith("it got 404.")
    lab.apply(EXERCISE.solutions[number])
    lab.settle()
    assert EXERCISE.judge(lab).solved, EXERCISE.judge(lab).why


def test_the_upgrade_by_program_solves_the_exercise(lab: Lab) -> None:
    unsolved(lab)
    lab.apply(manifests.upgrade(FOLDER / "affinity"))
    lab.settle()
    assert EXERCISE.judge(lab).solved


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"metadata.annotations": None}, "with a cookie; it set none"),
        ({"spec.ingressClassName": "traefik"}, "with a cookie; it set none"),
        ({"spec.rules[0].host": "other.book.example.com"}, "it got 404"),
    ],
)
def test_what_is_still_missing_is_named(lab: Lab, change: dict, why: str) -> None:
    unsolved(lab)
    lab.apply(manifests.vary(EXERCISE.solutions[0], change))
    lab.settle()
    assert why in EXERCISE.judge(lab).why


@pytest.mark.parametrize(
    ("name", "broken", "why"),
    [
        (
            "08.2",
            {"spec.rules[0].http.paths[0].pathType": "Prefix"},
            "/state/x should get status 404; it was answered by",
        ),
        ("08.3", {"spec.rules[0].http.paths[0].backend.service.port": {"number": 8080}}, "java-svc; it got 503."),
    ],
)
def test_a_path_and_a_port_that_were_not_decided_well(lab: Lab, name: str, broken: dict, why: str) -> None:
    for solution in ALL[name].solutions:
        lab.apply(manifests.vary(solution, broken))
        lab.settle()
        assert why in ALL[name].judge(lab).why
        lab.apply(solution)
        lab.settle()
        assert ALL[name].judge(lab).solved, ALL[name].judge(lab).why
