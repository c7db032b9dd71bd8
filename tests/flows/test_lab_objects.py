"""The verbs that look at and change objects, on a running cluster."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.kube import namespaces
from ingress_lab.lab import Lab
from labcore.errors import Refused, TimedOut, UnknownName
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-objects")
    made.apply(MANIFESTS / "start-here")
    made.wait("deployments")
    yield made
    made.clean_up()


def test_tables_read_the_same_on_every_run(lab: Lab) -> None:
    assert repr(lab.get("deployments")) == (
        "name   ready  up-to-date  available\nbye    1/1    1           1\nhello  1/1    1           1"
    )
    assert repr(lab.get("pods")) == (
        "name     ready  status   restarts\nbye-1    1/1    Running  0\nhello-1  1/1    Running  0"
    )
    assert lab.get("svc", "hello-svc")["cluster-ip"].tolist() == ["(address)"]


def test_apply_again_changes_nothing(lab: Lab) -> None:
    assert set(lab.apply(MANIFESTS / "start-here")["result"]) == {"unchanged"}


def test_scaled_up_and_one_deleted(lab: Lab) -> None:
    lab.scale("deployment/hello", 2)
    lab.wait("deployment/hello")
    assert lab.get("pods")["name"].tolist() == ["bye-1", "hello-1", "hello-2"]
    lab.delete("pod/hello-1")
    lab.wait("deployment/hello")
    assert lab.get("pods")["name"].tolist() == ["bye-1", "hello-2", "hello-3"]
    lab.scale("deployment/hello", 1)
    lab.wait("deployment/hello")
    lab.wait("pods")


def test_logs_name_requests(lab: Lab) -> None:
    lab.wait_routed("http://first.example.com/hello")
    deadline = time.monotonic() + 10
    while True:  # a line is written after the answer, and a Pod on its way out takes its lines with it
        lab.probe("http://first.example.com/hello?mark=17")
        written = lab.logs("deployment/hello")
        if any("/hello?mark=17" in line for line in written["line"]):
            break
        assert time.monotonic() < deadline, str(written)
    assert set(written["pod"]) < {"hello-1", "hello-2", "hello-3"}


def test_events_tell_the_story(lab: Lab) -> None:
    reasons = lab.events("deployment/bye")
    assert {"Scheduled", "Pulled", "Created", "Started"} <= set(reasons["reason"])
    assert set(reasons["object"]) >= {"pod/bye-1", "deployment/bye"}


def test_a_wait_that_ends_in_vain_shows_why(lab: Lab) -> None:
    never = lab.object("deployment/bye")
    never = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "never"}, "spec": never["spec"]}
    never["spec"]["selector"] = {"matchLabels": {"app": "never"}}
    never["spec"]["template"]["metadata"] = {"labels": {"app": "never"}}
    never["spec"]["template"]["spec"]["containers"][0]["image"] = "no-such-image:1"
    lab.apply(never)
    with pytest.raises(TimedOut) as caught:
        lab.wait("deployment/never", timeout=2)
    assert "0 of 1 Pods available" in caught.value.message
    assert "Available=False (MinimumReplicasUnavailable" in caught.value.message
    assert "no-such-image:1" in caught.value.message
    lab.delete("deployment/never")


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        (("pathType: Prefix", ""), "Invalid", "pathType: Required value: pathType must be specified"),
        (
            ("kind: Ingress\n", "kind: Ingres\n"),
            "NoMatch",
            'no matches for kind "Ingres" in version "networking.k8s.io/v1"',
        ),
        (("pathType: Prefix", "pathTipe: Prefix"), "BadRequest", "strict decoding error: unknown field"),
        (("namespace:", "namespace: nowhere"), "NotFound", 'namespaces "nowhere" not found'),
    ],
)
def test_refusals_come_in_kubernetes_words(lab: Lab, change: tuple[str, str], reason: str, words: str) -> None:
    text = "# one\n---\n" + (MANIFESTS / "start-here" / "ingress.yaml").read_text()
    text = text.replace("  name: first", "  name: refused\n  namespace:")
    with pytest.raises(Refused) as caught:
        lab.apply(text.replace(*change))
    assert caught.value.reason == reason
    assert words in caught.value.message and "document " in caught.value.message


def test_unknown_names(lab: Lab) -> None:
    with pytest.raises(UnknownName, match='the nearest is "hello-svc"'):
        lab.get("service/helo-svc")
    with pytest.raises(UnknownName, match='the nearest is "hello"'):
        lab.scale("deployment/helo", 2)


def test_a_second_connection_starts_afresh_and_one_may_go_on(cluster: ClusterInfo) -> None:
    first = Lab.connect("flow-afresh")
    first.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: kept}}")
    assert "kept" in Lab.connect("flow-afresh", fresh=False).get("configmaps")["name"].tolist()
    again = Lab.connect("flow-afresh")
    assert "kept" not in again.get("configmaps")["name"].tolist()
    again.clean_up()
    assert "flow-afresh" not in namespaces.own_names(again.api)
