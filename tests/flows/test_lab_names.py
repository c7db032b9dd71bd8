"""Rules by host at the real Traefik: the experiment of notebook 06."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import compare, predict
from ingress_lab.errors import Refused
from ingress_lab.exercises import ALL
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "names"
WANTED = {
    "http://www.names.example.com/": "www-svc",
    "http://shop.names.example.com/": "wild-svc",
    "http://a.shop.names.example.com/": "404",
    "http://names.example.com/": "404",
    "http://WWW.Names.Example.COM/": "www-svc",
    "http://nobody.example.org/help": "help-svc",
    "http://www.names.example.com/help": "www-svc",
}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-names")
    made.apply(MANIFESTS)
    made.wait("deployments")
    made.settle()
    yield made
    made.clean_up()


def test_hosts(lab: Lab) -> None:
    seen = compare(predict(WANTED), lab.probe(list(WANTED)), rules=lab.rules())
    assert seen["observed"].tolist() == seen["API's reading"].tolist() == list(WANTED.values())


def test_a_default_backend_takes_what_is_left(lab: Lab) -> None:
    lab.apply(MANIFESTS / "rest")
    lab.wait_routed("http://nobody.example.org/", service="rest-svc")
    wanted = {url: "rest-svc" if service == "404" else service for url, service in WANTED.items()}
    seen = compare(predict(wanted), lab.probe(list(wanted)), rules=lab.rules())
    assert seen["observed"].tolist() == seen["API's reading"].tolist() == list(wanted.values())
    lab.delete(MANIFESTS / "rest")
    lab.wait_routed("http://nobody.example.org/", status=404)


def test_the_certificates_name_and_the_rules_name_are_two(lab: Lab) -> None:
    answer = lab.probe("https://www.names.example.com/", headers={"Host": "shop.names.example.com"})[0]
    assert (answer.status, answer.service) == (200, "wild-svc")


@pytest.mark.parametrize("solution", ALL["06.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "exercise")
    unsolved = lab.check("06.1")
    assert not unsolved and "http://team.example.com/ should get the Service www-svc; it got 404" in unsolved.why
    lab.apply(solution)
    assert lab.check("06.1"), str(lab.check("06.1"))
    lab.delete(solution)
    lab.settle()
    assert not lab.check("06.1")


def test_a_solution_can_be_applied_as_it_is_shown(lab: Lab) -> None:
    lab.apply(lab.solution("06.1"))
    assert lab.check("06.1")
    lab.delete(lab.solution("06.1").markdown)
    lab.settle()


def test_a_check_after_the_clean_up_says_where_to_begin(cluster: ClusterInfo) -> None:
    made = Lab.connect("flow-names-gone")
    made.clean_up()
    with pytest.raises(Refused, match="Namespace flow-names-gone was removed: run the notebook from the top") as raised:
        made.check("06.1")
    assert raised.value.code == 404
