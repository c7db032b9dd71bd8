"""What the proxy adds, believes, waits for and refuses: the experiment of notebook 12."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "reverse-proxy"
URL = "http://www.proxy.example.com/"
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Real-Ip": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "bank.example.com",
}
DOORS = {"nobody": "service/edge:8000", "everybody": "service/edge:8001", "one": "service/edge:8002"}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("reverse-proxy")
    made.delete(MANIFESTS / "edge", missing_ok=True)
    made.apply(MANIFESTS)
    for folder in ("trouble", "limits"):
        made.apply(MANIFESTS / folder)
    made.wait("pods")
    made.settle()
    yield made
    made.delete(MANIFESTS / "edge", missing_ok=True)
    made.clean_up()


def address(lab: Lab, pod: str) -> str:
    return lab.object(f"pod/{pod}")["status"]["podIP"]


@pytest.fixture(scope="module")
def edge(lab: Lab) -> Lab:
    """With the second controller, which believes Pod red at one of its doors."""
    deployment, entry = yaml.safe_load_all((MANIFESTS / "edge" / "2-controller.yaml").read_text())
    (trusted,) = (v for v in deployment["spec"]["template"]["spec"]["containers"][0]["env"] if v["name"] == "TRUSTED")
    trusted["value"] = address(lab, "red")
    lab.apply(MANIFESTS / "edge" / "1-access.yaml")
    lab.apply([deployment, entry])
    lab.wait("deployment/edge")
    for door in DOORS.values():
        lab.inside("red").wait(URL, to=door)
    return lab


def test_the_entry_believes_no_stranger(lab: Lab) -> None:
    seen = lab.inside("red").probe(URL, headers=FORGED)[0].seen
    assert seen["X-Forwarded-For"] == seen["X-Real-Ip"] == address(lab, "red")
    assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-Host"]) == ("http", "www.proxy.example.com")


def test_the_standard_header_is_passed_on_as_it_came(lab: Lab) -> None:
    words = "for=203.0.113.9;proto=https"
    assert lab.inside("red").probe(URL, headers={"Forwarded": words})[0].seen["Forwarded"] == words


@pytest.mark.parametrize(
    ("door", "client", "believed"),
    [
        ("nobody", "red", False),
        ("nobody", "blue", False),
        ("everybody", "red", True),
        ("everybody", "blue", True),
        ("one", "red", True),
        ("one", "blue", False),
    ],
)
def test_doors(edge: Lab, door: str, client: str, believed: bool) -> None:
    seen = edge.inside(client).probe(URL, to=DOORS[door], headers=FORGED)[0].seen
    own = address(edge, client)
    assert seen["X-Forwarded-For"] == (f"203.0.113.9, {own}" if believed else own)
    assert seen["X-Forwarded-Proto"] == ("https" if believed else "http")


@pytest.mark.parametrize(
    ("host", "status", "service"),
    [
        ("nowhere", 404, "-"),
        ("www/nothing", 404, "site-svc"),
        ("empty", 503, "-"),
        ("empty-own", 503, "-"),
        ("deaf", 502, "-"),
        ("hasty/slow?seconds=1.2", 504, "-"),
        ("fragile/crash", 502, "-"),
    ],
)
def test_who_failed(lab: Lab, host: str, status: int, service: str) -> None:
    name, _, path = host.partition("/")
    (answer,) = lab.probe(f"http://{name}.proxy.example.com/{path}")
    assert (answer.status, answer.service) == (status, service)


def test_a_crashed_application_comes_back(lab: Lab) -> None:
    lab.wait_routed("http://fragile.proxy.example.com/", service="next-svc")


def test_an_empty_service_is_a_404_without_allowemptyservices(edge: Lab) -> None:
    red = edge.inside("red")
    hosts = [f"http://{name}.proxy.example.com/" for name in ("empty", "empty-own")]
    assert red.probe(hosts, to=DOORS["nobody"]).statuses == [503, 404]


@pytest.mark.parametrize(("name", "status"), [("small", 200), ("strict", 413)])
def test_a_limit_needs_the_body_to_be_read_first(lab: Lab, name: str, status: int) -> None:
    assert lab.probe(f"http://{name}.proxy.example.com/", method="POST", body=b"x" * 5000).statuses == [status]
    assert lab.probe(f"http://{name}.proxy.example.com/", method="POST", body=b"x" * 4096).statuses == [200]


def test_the_allowlist_looks_at_the_connection(edge: Lab) -> None:
    """A forged header helps nobody, not even at the entry point that trusts everybody."""
    url, red = "http://listed.proxy.example.com/", address(edge, "red")
    listed = edge.object("ingress/listed")
    annotations = {"nginx.ingress.kubernetes.io/allowlist-source-range": red}
    meta = {"name": "listed", "annotations": annotations}
    edge.apply({"apiVersion": listed["apiVersion"], "kind": "Ingress", "metadata": meta, "spec": listed["spec"]})
    edge.settle()
    assert [edge.inside(name).probe(url)[0].status for name in ("red", "blue")] == [200, 403]
    forged = edge.inside("blue").probe(url, to=DOORS["everybody"], headers={"X-Forwarded-For": red})
    assert forged.statuses == [403]


def test_a_login_and_a_rate(lab: Lab) -> None:
    words = "ann:$apr1$lab$SDKktQqp/srHO0sEzIkft."
    lab.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "logins"}, "stringData": {"auth": words}})
    lab.settle()
    url, ann = "http://login.proxy.example.com/", {"Authorization": "Basic YW5uOnNlY3JldA=="}
    assert lab.probe(url).statuses + lab.probe(url, headers=ann).statuses == [401, 200]
    statuses = lab.probe("http://rated.proxy.example.com/", times=20).statuses
    assert set(statuses) == {200, 429} and statuses[-1] == 429


def test_canary(lab: Lab) -> None:
    lab.apply(MANIFESTS / "canary")
    lab.settle()
    assert 10 < lab.probe(URL, times=200).services.count("next-svc") < 90
    other = lab.probe("http://strict.proxy.example.com/", times=50)
    assert set(other.services) == {"site-svc", "next-svc"}  # the canary takes its share of the Service
    for word, service in (("always", "next-svc"), ("never", "site-svc")):
        assert set(lab.probe(URL, times=10, headers={"X-Next": word}).services) == {service}
    lab.delete("ingress/next")
    lab.settle()
    assert set(lab.probe(URL, times=20).services) == {"site-svc"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "folder", "unsolved"),
    [
        ("12.1", "exercise", "should get 413 from the proxy; it got 200."),
        ("12.2", "", "with the team 'blue' next-svc should answer; it got 404."),
        ("12.3", "broken", "should get the Service site-svc; it got 500."),
    ],
)
def test_exercises(lab: Lab, name: str, folder: str, unsolved: str) -> None:
    for solution in ALL[name].solutions:
        if folder:
            lab.delete(MANIFESTS / folder, missing_ok=True)
            lab.apply(MANIFESTS / folder)
        lab.settle()
        assert unsolved in lab.check(name).why
        lab.apply(solution)
        assert lab.check(name), str(lab.check(name))


def test_a_version_for_everybody_is_not_for_one_team(lab: Lab) -> None:
    lab.apply(ALL["12.2"].solutions[0].replace("canary-by-header-value: blue", 'canary-weight: "100"'))
    assert "with the team 'red' site-svc should answer; it got next-svc." in lab.check("12.2").why
    lab.delete("ingress/beta-next")


@pytest.mark.long
def test_exercise_half_solved(lab: Lab) -> None:
    """A strict proxy that is still impatient, and one that refuses everything."""
    solution = ALL["12.1"].solutions[0]
    lab.apply(solution.replace('proxy-read-timeout: "5"', 'proxy-read-timeout: "1"'))
    assert "slow?seconds=1.3 should get 200; it got 504." in lab.check("12.1").why
    lab.apply(solution.replace("proxy-body-size: 4k", "proxy-body-size: 2k"))
    assert "3000 bytes should get 200; it got 413." in lab.check("12.1").why
