"""The exercises of notebook 09, and waiting for a certificate, at the real controller."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import manifests
from ingress_lab.lab import Lab
from ingress_lab.lessons import certificates
from ingress_lab.lessons.certificates import Authority
from ingress_lab.lessons.exercises import ALL
from labcore.errors import TimedOut
from labexercises.notebook_09 import BILLS, HOST, TEAM
from loopkube.cluster import ClusterInfo

FOLDER = Path(__file__).parents[2] / "manifests" / "tls"
EXERCISE = ALL["09.1"]
URL = f"https://{HOST}/"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return certificates.authority("Exercise CA")


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo, ca: Authority) -> Iterator[Lab]:
    made = Lab.connect("flow-tls")
    made.apply(FOLDER)
    made.apply(ca.issue(HOST).secret("account-tls"))
    made.apply(FOLDER / "exercise")
    made.wait("deployment/account")
    made.settle()
    yield made
    made.clean_up()


def test_the_beginning_is_not_the_end(lab: Lab) -> None:
    lab.wait_routed(URL, service="account-svc")
    assert "signed by itself" in EXERCISE.judge(lab).why


@pytest.mark.long
@pytest.mark.parametrize("solution", EXERCISE.solutions)
def test_the_exercise_takes_each_solution(lab: Lab, ca: Authority, solution: str) -> None:
    lab.apply(solution)
    lab.settle()
    found = EXERCISE.judge(lab)
    assert found.solved, found.why
    assert lab.probe(URL, ca=ca.file).services == ["account-svc"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"spec.ingressClassName": "traefik"}, "it got account-svc"),
        ({"metadata.annotations": {"nginx.ingress.kubernetes.io/ssl-redirect": "false"}}, "it got account-svc"),
        ({"spec.tls[0].secretName": "nowhere"}, "signed by itself."),
        ({"spec.rules[0].host": "other.tls.example.com"}, "it got 404"),
    ],
)
def test_what_is_still_missing_is_named(lab: Lab, change: dict, why: str) -> None:
    lab.apply(manifests.vary(EXERCISE.solutions[0], change))
    lab.settle()
    assert why in EXERCISE.judge(lab).why


def test_an_expired_certificate_is_no_solution(lab: Lab, ca: Authority) -> None:
    expired = ca.issue(HOST, age=91)
    lab.apply(EXERCISE.solutions[0])
    lab.apply(expired.secret("account-tls"))
    certificates.wait_shown(URL, expired)
    assert "expired" in EXERCISE.judge(lab).why


def test_one_certificate_for_two_hosts(lab: Lab, ca: Authority) -> None:
    exercise = ALL["09.2"]
    assert "it got 404" in exercise.judge(lab).why
    lab.apply(ca.issue(TEAM[0]).secret("team-tls"))
    lab.apply(exercise.solutions[0])
    lab.wait_routed(f"https://{TEAM[1]}/", service="office-svc")
    assert f"{TEAM[1]}/ shows a certificate that clients refuse" in exercise.judge(lab).why
    team = ca.issue("*.team.tls.example.com")
    lab.apply(team.secret("team-tls"))
    certificates.wait_shown(f"https://{TEAM[1]}/", team)
    assert exercise.judge(lab).solved


def test_the_renewed_certificate_has_a_typing_error(lab: Lab, ca: Authority) -> None:
    exercise, renewed = ALL["09.3"], (FOLDER / "broken" / "renewed.txt").read_text()
    wrong, right = ((secret, ca.issue(host)) for secret, host in map(str.split, renewed.splitlines()))
    assert wrong[1].names != right[1].names == [BILLS]
    lab.apply([certificate.secret(secret) for secret, certificate in (wrong, right)])
    lab.apply(FOLDER / "broken")
    lab.wait_routed(f"https://{BILLS}/", service="account-svc")
    assert "signed by itself" in exercise.judge(lab).why
    lab.apply(exercise.solutions[0])
    certificates.wait_shown(f"https://{BILLS}/", right[1])
    assert exercise.judge(lab).solved


def test_waiting_for_a_certificate_that_nobody_shows_ends(lab: Lab, ca: Authority) -> None:
    with pytest.raises(TimedOut, match=r"did not show the certificate of nobody\.tls\.example\.com"):
        certificates.wait_shown("https://nobody.tls.example.com/", ca.issue("nobody.tls.example.com"), timeout=0.1)
    assert certificates.wait_shown("https://nobody.tls.example.com/", "TRAEFIK DEFAULT CERT", timeout=5).names
