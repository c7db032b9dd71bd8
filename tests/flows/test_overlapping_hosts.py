"""Hosts that overlap, at the real Traefik: which of several rules that fit answers, over lengths of hosts and paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from ingress_lab.ingress import controller_flags
from ingress_lab.ingress.rules import api_readings
from ingress_lab.lab import Lab
from labtools.traefik.asking import ask
from labtools.traefik.objects import Objects
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "names"
SEED, SETS = 6, 12
SERVICES = ("www-svc", "wild-svc", "help-svc")


@dataclass(frozen=True)
class Case:
    """One URL, and a rule each for its full name, for a wildcard, and for every host: (host, path) by Service."""

    url: str
    rules: dict[str, tuple[str, str]]

    @property
    def texts(self) -> dict[str, str]:
        return {service: text_of(*rule) for service, rule in self.rules.items()}

    @property
    def longest(self) -> set[str]:
        most = max(map(len, self.texts.values()))
        return {service for service, written in self.texts.items() if len(written) == most}


def text_of(host: str, path: str) -> str:
    """A rule as Traefik writes it, with strict prefixes."""
    of_path = 'PathPrefix("/")' if path == "/" else f'(Path("{path}") || PathPrefix("{path}/"))'
    return f'Host("{host}") && {of_path}' if host else of_path


def cases(prefix: str) -> list[Case]:
    """Lengths that mislead: short names beside long paths of a wildcard, long names, long paths of no host."""
    made = []
    for number in range(SETS):
        random = Random(f"{SEED}/{prefix}/{number}")
        domain = f"{prefix}{number}.test"
        parts = [f"{prefix}{number}", *("p" * random.choice((1, 3, 9, 25)) for _ in range(3))]
        paths = ["/" + "/".join(parts[: random.choice((0, 1, 2, 4))]) for _ in range(2)]
        full = "w" * random.choice((1, 2, 5, 20, 40))
        rules = {
            "www-svc": (f"{full}.{domain}", paths[0]),
            "wild-svc": (f"*.{domain}", paths[1]),
            "help-svc": ("", "/" + "/".join(parts[: random.choice((1, 2, 4))])),
        }
        made.append(Case(f"http://{full}.{domain}/{'/'.join(parts)}", rules))
    return made


def ingress(class_name: str, service: str, made: list[Case]) -> dict:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    rules: list[dict] = []
    for host, path in (case.rules[service] for case in made):
        http = {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}
        rules.append({"http": http} | ({"host": host} if host else {}))
    metadata = {"name": f"{class_name}-{service}"}
    spec = {"ingressClassName": class_name, "rules": rules}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-overlap")
    made.apply(MANIFESTS / "app.yaml")
    made.apply(MANIFESTS / "applications.yaml")
    made.wait("deployments")
    yield made
    made.clean_up()


@pytest.mark.parametrize("class_name", ["traefik", "nginx"])
def test_the_longest_rule_text_wins_whatever_its_host(lab: Lab, class_name: str) -> None:
    made = cases(class_name[0])
    lab.apply([ingress(class_name, service, made) for service in SERVICES])
    lab.settle(60)
    answers = list(zip(made, lab.probe([case.url for case in made]), strict=True))
    assert [f"{case}: {answer.service}" for case, answer in answers if answer.service not in case.longest] == []
    winners = {tuple(case.longest) for case in made if len(case.longest) == 1}
    assert winners == {(service,) for service in SERVICES}  # each kind of host wins and loses
    rules = lab.rules()
    for case, _ in answers:  # the API gives no order of them, and forbids no answer
        assert {rule.service for rule in api_readings(rules, case.url)} == set(SERVICES)
    told = lengths_told(lab)
    assert [text for case in made for text in case.texts.values() if told.get(text) != len(text)] == []


def lengths_told(lab: Lab) -> dict[str, int]:
    """The priority of each rule text, from Traefik's own API."""
    found = controller_flags.at_entry(Objects.read(lab.api).pods.values())
    assert found is not None
    asked = ask(lab.api, *found)
    assert asked is not None
    return {router.rule: router.priority for router in asked.routers}
