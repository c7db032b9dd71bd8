"""Rules by host at the real Traefik: the experiment of notebook 06."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab import compare, predict
from ingress_lab.kube import namespaces, workplace
from ingress_lab.lab import Lab
from ingress_lab.lessons.comparing import reading
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
    assert seen["observed"].tolist() == list(WANTED.values())
    assert seen["API's reading"].tolist() == [
        "wild-svc / www-svc", "wild-svc", "404", "404", "wild-svc / www-svc", "help-svc",
        "help-svc / wild-svc / www-svc",
    ]  # fmt: skip


def test_a_default_backend_takes_what_is_left(lab: Lab) -> None:
    lab.apply(MANIFESTS / "rest")
    lab.wait_routed("http://nobody.example.org/", service="rest-svc")
    wanted = {url: "rest-svc" if service == "404" else service for url, service in WANTED.items()}
    seen = compare(predict(wanted), lab.probe(list(wanted)), rules=lab.rules())
    assert seen["observed"].tolist() == list(wanted.values())
    allowed = [reading.split(" / ") for reading in seen["API's reading"]]
    assert all(answer in services for answer, services in zip(wanted.values(), allowed, strict=True))
    lab.delete(MANIFESTS / "rest")
    lab.wait_routed("http://nobody.example.org/", status=404)


def test_the_certificates_name_and_the_rules_name_are_two(lab: Lab) -> None:
    answer = lab.probe("https://www.names.example.com/", headers={"Host": "shop.names.example.com"})[0]
    assert (answer.status, answer.service) == (200, "wild-svc")


PRIORITY = "traefik.ingress.kubernetes.io/router.priority"


@pytest.mark.parametrize("class_name", ["traefik", "nginx"])
def test_the_longer_text_of_a_wildcard_wins(lab: Lab, class_name: str) -> None:
    """The API leaves it open; an annotation settles it for Traefik's own provider alone."""
    written = (MANIFESTS / "overlap" / "ingress.yaml").read_text().replace(": traefik", f": {class_name}")
    docs = list(yaml.safe_load_all(written))
    lab.apply(docs)
    lab.settle()
    url = "http://www.h.example.com/help"
    assert set(reading(lab.rules(), url).split(" / ")) == {"help-svc", "www-svc", "wild-svc"}
    assert lab.probe([url, "http://www.h.example.com/"]).services == ["wild-svc", "www-svc"]
    full = docs[0]
    lab.apply(full | {"metadata": full["metadata"] | {"annotations": {PRIORITY: "1000"}}})
    lab.settle()
    assert lab.probe(url).services == ["www-svc" if class_name == "traefik" else "wild-svc"]
    lab.delete(MANIFESTS / "overlap")


def test_a_rule_without_a_host_wins_by_its_length(lab: Lab) -> None:
    lab.apply(MANIFESTS / "overlap")
    lab.apply((MANIFESTS / "far" / "ingress.yaml").read_text().replace("far-svc", "rest-svc"))
    lab.settle()
    path = "/a/very/long/path/for/everybody"
    answers = lab.probe([f"http://www.h.example.com{path}", "http://www.h.example.com/a/very/long/path"])
    assert answers.services == ["rest-svc", "www-svc"]
    lab.delete(MANIFESTS / "far" / "ingress.yaml")
    lab.delete(MANIFESTS / "overlap")


UNSOLVED = {
    "06.1": ("exercise", "http://team.example.com/ should get the Service www-svc; it got 404"),
    "06.2": ("overlap", "http://www.h.example.com/help should get the Service www-svc; it was answered by wild-svc"),
    "06.3": ("broken", "/account/settings/state should get the Service www-svc; it was answered by rest-svc"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", UNSOLVED)
def test_exercises(lab: Lab, name: str) -> None:
    folder, why = UNSOLVED[name]
    for solution in ALL[name].solutions:
        lab.apply(MANIFESTS / folder)
        unsolved = lab.check(name)
        assert not unsolved and why in unsolved.why
        lab.apply(solution)
        assert lab.check(name), f"{lab.check(name)}\n{solution}"
        lab.delete(solution)
        lab.delete(MANIFESTS / folder, missing_ok=True)


def test_a_solution_can_be_applied_as_it_is_shown(lab: Lab) -> None:
    lab.apply(lab.solution("06.1"))
    assert lab.check("06.1")
    lab.delete(lab.solution("06.1").markdown)
    lab.settle()


WORKING = [
    lambda lab: lab.check("06.1"), lambda lab: lab.get("pods"), lambda lab: lab.object("deployment/hello"),
    lambda lab: lab.objects("services"), lambda lab: lab.apply("manifests/start-here"),
    lambda lab: lab.scale("deployment/hello", 2), lambda lab: lab.delete("deployment/hello", missing_ok=True),
    lambda lab: lab.delete("manifests/start-here", missing_ok=True),
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
