"""Traefik without the flag strictprefixmatching, as notebook 07 has it, beside the controller that has the flag."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import manifests
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

FOLDER = Path(__file__).parents[2] / "manifests" / "url-mapping"
HOST = "http://habit.sample.com"
PATHS = ("/apl2", "/apl2/", "/apl2/x", "/apl2x", "/APL2")


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-prefix-habit")
    for part in ("app.yaml", "applications.yaml", "habit"):
        made.apply(FOLDER / part)
    made.wait("deployments")
    made.wait("pod/red")
    yield made
    made.clean_up()


def rules(name: str, **changes: object) -> manifests.Varied:
    wanted = {"metadata.name": name, "spec.rules[0].host": "habit.sample.com"}
    return manifests.vary(FOLDER / "ingress.yaml", wanted | changes)


def test_a_prefix_ends_anywhere_without_the_flag(lab: Lab) -> None:
    annotation = {"kubernetes.io/ingress.class": "habit"}
    lab.apply(rules("habit", **{"metadata.annotations": annotation, "spec.ingressClassName": None}))
    red = lab.inside("red")
    red.wait(f"{HOST}/", to="service/habit")
    lax = red.probe([HOST + path for path in PATHS], to="service/habit")
    assert lax.services == ["nginx-svc"] * 4 + ["helloworld-svc"]


@pytest.mark.parametrize("name", ["traefik", "nginx"])
def test_it_ends_at_a_slash_in_both_dialects_of_this_cluster(lab: Lab, name: str) -> None:
    lab.apply(rules("strict", **{"spec.ingressClassName": name}))
    lab.settle()
    strict = lab.probe([HOST + path for path in PATHS])
    assert strict.services == ["nginx-svc"] * 3 + ["helloworld-svc"] * 2
