"""Exercise 01.1 at the real Traefik: which layer is at fault can be seen from the answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons import layers
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "layers"
URL = "http://shop.layers.example.com/"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-layers")
    made.apply(MANIFESTS)
    made.wait("deployments")
    yield made
    made.clean_up()


@pytest.mark.parametrize("solution", ALL["01.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    lab.delete("ingress/more", missing_ok=True)
    lab.apply(MANIFESTS / "exercise")
    lab.wait("deployment/shop")
    unsolved = lab.check("01.1")
    assert not unsolved and unsolved.why == f"{URL} should get the Service shop-svc; it got 404."
    lab.apply(solution)
    assert lab.check("01.1"), str(lab.check("01.1"))


def test_exercise_half_solved(lab: Lab) -> None:
    lab.delete("ingress/more", missing_ok=True)
    lab.apply(MANIFESTS / "exercise")
    lab.wait("deployment/shop")
    lab.apply(ALL["01.1"].solutions[0].split("---")[1])
    half = lab.check("01.1")
    assert not half and half.why.endswith("it got 502.")


@pytest.mark.parametrize(
    "live", [False, pytest.param(True, marks=pytest.mark.skipif(not layers.permitted(), reason="needs CAP_NET_RAW"))]
)
def test_who_listens_reads_the_host_and_nothing_else(lab: Lab, live: bool) -> None:
    lab.wait_routed("http://layers.example.com/hello")
    for scheme, readable in (("http", [True, True, True]), ("https", [True, False, False])):
        found = layers.capture(f"{scheme}://layers.example.com/hello", live=live)
        wire = b"".join(fact.data for fact in found.facts)
        assert found.answer.service == "hello-svc"
        assert [word in wire for word in (b"layers.example.com", b"/hello", b"hello-svc")] == readable
        assert [fact.is_data for fact in found.facts][:4] == [False, False, False, True]
