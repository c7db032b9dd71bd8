"""Clients in Pods: where they connect to, what they are told to do, and what becomes of their words."""

import json
from types import SimpleNamespace

import pytest
from fake_api import FakeApi
from ingress_lab.http import pod_client
from ingress_lab.kube.exec import Executed
from ingress_lab.lab import Lab
from labcore.clusters import Entry
from labcore.errors import BadArgument, LabError, TimedOut, UnknownName

NS = "/api/v1/namespaces/ns"
RUNS: list[list[str]] = []


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    api = FakeApi()
    put = lambda path, **more: api.put(path, {"metadata": {"name": path.rpartition("/")[2]}, **more})  # noqa: E731
    put(f"{NS}/pods/red", spec={"containers": [{"name": "app"}]})
    put(f"{NS}/services/web-svc", spec={"type": "ClusterIP", "clusterIP": "127.96.1.2"})
    put(f"{NS}/services/headless-svc", spec={"type": "ClusterIP", "clusterIP": "None"})
    put(f"{NS}/services/outside-svc", spec={"type": "ExternalName"})
    RUNS.clear()
    monkeypatch.setattr(pod_client, "execute", answered)
    return Lab(api, "ns", Entry("127.0.0.1", 1, 1))


def answered(api: FakeApi, namespace: str, pod: str, command: list[str]) -> Executed:
    """What the program would print, had an application answered."""
    RUNS.append(command)
    if "--text" in command:
        return Executed(json.dumps({"text": "HELLO", "error": ""}), "", 0)
    words = {"service": "web-svc", "pod": "web-7c9d8b6f5-x2x7k", "path": "/", "client": "127.244.1.9", "visits": 3}
    urls = [word for word in command if word.startswith("http://")]
    lines = [{"url": url, "status": 200, "text": json.dumps(words), "layers": {"connection": "new"}} for url in urls]
    return Executed("\n".join(map(json.dumps, lines)), "", 0)


def test_a_service_is_found_by_its_name(lab: Lab) -> None:
    (answer,) = lab.inside("red").probe("http://web-svc/order", headers={"Cookie": "a=1"}, keep_connection=True)
    assert (answer.service, answer.pod, answer.client, answer.connection) == ("web-svc", "web-1", "127.244.1.9", "new")
    (run,) = RUNS
    assert run == [
        "python", "client.py", "http://web-svc/order", "--to", "127.96.1.2:80", "--times", "1", "--keep",
        "--header", "Cookie: a=1",
    ]  # fmt: skip


def test_places(lab: Lab) -> None:
    addresses = [{"type": "Hostname", "address": "n1"}, {"type": "InternalIP", "address": "127.18.0.2"}]
    lab.api._catalogue._by_name["node"] = lab.api.resources().named("namespace")  # a kind without a namespace
    lab.api.put("/api/v1/namespaces/n1", {"metadata": {"name": "n1"}, "status": {"addresses": addresses}})
    assert pod_client.address_of(lab, "service/web-svc") == "127.96.1.2:80"
    assert pod_client.address_of(lab, "web-svc:8080") == "127.96.1.2:8080"
    assert pod_client.address_of(lab, "127.18.0.9:31000") == "127.18.0.9:31000"
    assert pod_client.address_of(lab, "node/n1:31000") == "127.18.0.2:31000"


def test_any_other_name_is_the_controllers(lab: Lab) -> None:
    with pytest.raises(LabError, match="no ingress controller"):
        pod_client.address_of(lab, "shop.example.com")
    ports = [{"containerPort": 8443, "hostPort": 443}, {"containerPort": 8000, "hostPort": 80}]
    pod = {
        "metadata": {"name": "traefik"},
        "spec": {"containers": [{"name": "app", "ports": ports}]},
        "status": {"podIP": "127.244.1.5"},
    }
    lab.api.put(f"{NS}/pods/traefik", pod)
    lab.api._catalogue._by_name["pods"] = lab.api.resources().named("pod")
    lab.api.list = lambda resource: {"items": [pod]}
    assert pod_client.address_of(lab, "shop.example.com") == "127.244.1.5:8000"


def test_services_without_an_address_say_so(lab: Lab) -> None:
    for name, words in (("headless-svc", "headless"), ("outside-svc", "a name elsewhere")):
        with pytest.raises(BadArgument, match=words):
            lab.inside("red").probe(f"http://{name}/")


def test_wrong_names(lab: Lab) -> None:
    with pytest.raises(UnknownName, match='the nearest is "web-svc"'):
        lab.inside("red").probe("http://web-svc/", to="service/web-scv")
    with pytest.raises(UnknownName, match='the nearest is "web-svc"'):
        lab.inside("red").probe("http://web-scv/")
    with pytest.raises(UnknownName, match='no Pod "rad"'):
        lab.inside("rad").probe("http://web-svc/")
    with pytest.raises(BadArgument, match="https://web-svc/"):
        lab.inside("red").probe("https://web-svc/")


def test_a_line_of_text(lab: Lab) -> None:
    assert lab.inside("red").say("hello", "service/web-svc:7000") == "HELLO"
    assert RUNS == [["python", "client.py", "--text", "hello", "--to", "127.96.1.2:7000"]]


def test_a_program_that_fails_is_an_error(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pod_client, "execute", lambda *_: Executed("", "Traceback ...\nValueError: no", 1))
    with pytest.raises(LabError, match="ended with 1: ValueError: no"):
        lab.inside("red").probe("http://web-svc/")


def test_waiting_has_an_end(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = json.dumps({"url": "http://web-svc/", "status": 0, "error": "connection refused"})
    monkeypatch.setattr(pod_client, "execute", lambda *_: Executed(nobody, "", 0))
    with pytest.raises(TimedOut, match="connection refused"):
        lab.inside("red").wait("http://web-svc/", timeout=0.01)


def test_looks_become_rarer(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look starts a program in the Pod: a wait of five seconds takes 24 of them, and not 100."""
    pauses: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: sum(pauses), sleep=pauses.append)
    monkeypatch.setattr(pod_client, "time", clock)
    nothing = json.dumps({"url": "http://web-svc/", "status": 404, "text": "404 page not found"})
    monkeypatch.setattr(pod_client, "execute", lambda *_: Executed(nothing, "", 0))
    with pytest.raises(TimedOut, match="404"):
        lab.inside("red").wait("http://web-svc/", timeout=5)
    assert (pauses[0], max(pauses)) == (0.05, 0.4) and pauses == sorted(pauses) and len(pauses) < 30
