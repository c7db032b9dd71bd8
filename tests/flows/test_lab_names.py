"""Rules by host at the real Traefik: the experiment of notebook 06."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import compare, predict
from ingress_lab.kube import namespaces, workplace
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labcore.errors import LabError, TimedOut
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


WORKING = [
    lambda lab: lab.check("06.1"), lambda lab: lab.get("pods"), lambda lab: lab.object("deployment/hello"),
    lambda lab: lab.objects("services"), lambda lab: lab.apply("manifests/start-here"),
    lambda lab: lab.scale("deployment/hello", 2), lambda lab: lab.delete("deployment/hello", missing_ok=True),
    lambda lab: lab.delete("manifests/start-here", missing_ok=True), lambda lab: lab.kubectl("get", "pods"),
    lambda lab: lab.wait("deployments"), lambda lab: lab.wait_routed("http://first.example.com/hello"),
    lambda lab: lab.settle(), lambda lab: lab.logs("deployment/hello"), lambda lab: lab.events(),
    lambda lab: lab.endpoints("hello-svc"), lambda lab: lab.service_map("hello-svc"),
    lambda lab: lab.choice("hello-svc"), lambda lab: lab.client("red").probe("http://first.example.com/hello"),
    lambda lab: lab.probe("http://first.example.com/hello"), lambda lab: lab.inside("red").probe("http://hello-svc/"),
    lambda lab: lab.losses("pod/asker", {"before": 0.0}), lambda lab: lab.rules(), lambda lab: lab.routing_map(),
    lambda lab: lab.explain("http://first.example.com/hello"),
]  # fmt: skip
"""Each verb that works in the namespace."""
GONE = "Namespace flow-names-gone was removed: run the notebook from the top"


def test_every_verb_says_that_the_namespace_was_removed(cluster: ClusterInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "_FRESH", 0)
    made = Lab.connect("flow-names-gone")
    made.apply("manifests/start-here")
    namespaces.remove(made.api, "flow-names-gone")  # as `lab reset` does
    for verb in WORKING:
        begin = time.monotonic()
        with pytest.raises(LabError, match=GONE):
            verb(made)
        assert time.monotonic() - begin < 2
    assert "traefik" in made.get("namespaces")["name"].tolist()  # what is no namespace's can still be seen
    made.clean_up()


def test_a_namespace_that_was_made_anew_is_another_one(cluster: ClusterInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "_FRESH", 0)
    first = Lab.connect("flow-names-gone")
    first.reset()
    assert first.get("pods").empty  # its own reset is none
    second = Lab.connect("flow-names-gone")
    with pytest.raises(LabError, match=GONE):
        first.get("pods")
    assert second.get("pods").empty
    second.clean_up()


def test_after_its_own_clean_up_a_notebook_still_asks_the_entry(
    cluster: ClusterInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workplace, "_FRESH", 0)
    made = Lab.connect("flow-names-gone")
    made.clean_up()
    url = "http://gone.example.net/"
    assert made.wait_routed(url, status=404)[0].status == made.probe(url)[0].status == 404
    with pytest.raises(TimedOut, match="was not answered by an application within"):
        made.wait_routed(url, timeout=0.1)
    with pytest.raises(LabError, match=GONE):
        made.check("06.1")
