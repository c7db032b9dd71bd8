"""What the verbs of a Lab, and `lab` beside a cluster, tell a person with a Korean locale: no English of ours."""

import re
from collections.abc import Callable, Iterator

import korean
import pytest
from ingress_lab import Lab, certificates, compare, layers, node_map_of, predict
from labcore.errors import LabError
from labcore.language import choice
from labtools import cli
from loopkube.cluster import ClusterInfo

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a-svc"}}
SERVICE |= {"spec": {"ports": [{"port": 80}], "selector": {"app": "nobody"}}}
HOST = "korean.example.com"
PATH = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "a-svc", "port": {"number": 80}}}}
INGRESS = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "a"}}
INGRESS |= {"spec": {"ingressClassName": "traefik", "rules": [{"host": HOST, "http": {"paths": [PATH]}}]}}

SAID: dict[str, Callable[[Lab], object]] = {
    "the lab": lambda lab: lab,
    "no Ingress": lambda lab: lab.routing_map(),
    "a verb": lambda lab: lab.aply,
    "a kind": lambda lab: lab.get("ingresss"),
    "an object": lambda lab: lab.get("service/b-svc"),
    "a name": lambda lab: lab.object("service"),
    "to delete": lambda lab: lab.delete("service"),
    "to scale": lambda lab: lab.scale("service/a-svc", 1),
    "replicas": lambda lab: lab.scale("deployment/a", -1),
    "a selector": lambda lab: lab.logs("service/kubernetes-b"),
    "late": lambda lab: lab.wait("service/a-svc", ".spec.nothing", timeout=0.01),
    "a path": lambda lab: lab.wait("service/a-svc", ".spec.clusterIP.no=1", timeout=0.01),
    "a route": lambda lab: lab.wait_routed(f"http://{HOST}/", timeout=0.01),
    "a route to a Service": lambda lab: lab.wait_routed(f"http://{HOST}/", service="x", status=200, timeout=0.01),
    "no file": lambda lab: lab.apply("nothing.yaml"),
    "no YAML": lambda lab: lab.apply("a: [\n"),
    "a text": lambda lab: lab.apply("- 1\n- 2\n"),
    "no kind": lambda lab: lab.apply({**SERVICE, "kind": "Servise"}),
    "no version": lambda lab: lab.apply({**INGRESS, "apiVersion": "extensions/v1beta1"}),
    "a refusal": lambda lab: lab.apply({**SERVICE, "spec": {"ports": []}}),
    "no URL": lambda lab: lab.probe("abc"),
    "a setting": lambda lab: lab.client(colour="red"),
    "a client": lambda lab: lab.client("Red_"),
    "a method": lambda lab: lab.probe(f"http://{HOST}/", method="FETCH"),
    "a header": lambda lab: lab.probe(f"http://{HOST}/", headers={"a b": "c"}),
    "a column": lambda lab: lab.probe(f"http://{HOST}/").table("colour"),
    "a CA": lambda lab: lab.probe(f"https://{HOST}/", ca="none.pem"),
    "an unknown CA": lambda lab: lab.probe(f"https://{HOST}/", ca=certificates.authority("korean").file),
    "an exercise": lambda lab: lab.check("99.9"),
    "an exercise elsewhere": lambda lab: lab.check("00.1"),
    "a hint": lambda lab: lab.hint("00.1", 99),
    "no options": lambda lab: predict({"http://a/": "b"}, options={}),
    "no predictions": lambda lab: compare(1, 2),  # type: ignore[arg-type]
    "a heading": lambda lab: predict({"a": ""}, about="colour"),
    "a capture": lambda lab: layers.capture("abc"),
    "a cluster file": lambda lab: node_map_of("kind: Pod\n"),
    "the Service": lambda lab: lab.service_map("a-svc"),
    "an explanation": lambda lab: lab.explain(f"http://{HOST}/"),
    "one that is unexpected": lambda lab: lab.explain(f"http://{HOST}/", expected="b-svc"),
    "progress": lambda lab: lab.progress(),
}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-korean")
    made.apply(SERVICE)
    yield made
    made.clean_up()


@pytest.fixture(autouse=True)
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (choice.VARIABLE, *choice.LOCALE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")


@pytest.mark.parametrize("what", SAID)
def test_what_a_lab_tells(lab: Lab, what: str) -> None:
    try:
        said = str(SAID[what](lab))
    except LabError as error:
        said = str(error)
    assert said and korean.english(said) == []


@pytest.mark.parametrize("made", [{**SERVICE, "kind": "Servise"}, {**INGRESS, "apiVersion": "v2"}])
def test_kubectls_sentence_has_no_korean_in_it(lab: Lab, made: dict) -> None:
    with pytest.raises(LabError) as refused:
        lab.apply(made)
    sentence = str(refused.value).partition("\n(")[0].partition(": ")[2]
    assert "no matches for kind" in sentence and re.findall("[가-힣]+", sentence) == []


def test_an_ingress_whose_service_has_no_pods(lab: Lab) -> None:
    lab.apply(INGRESS)
    lab.settle()
    said = [
        str(lab.routing_map()),
        str(lab.explain(f"http://{HOST}/")),
        str(lab.explain(f"http://{HOST}/x", expected="b")),
    ]
    lab.delete("ingress/a")
    assert [korean.english(text) for text in said] == [[]] * 3


@pytest.mark.parametrize("line", ["status", "up", "node list", f"explain http://{HOST}/", "node stop frob"])
def test_commands_beside_a_cluster(lab: Lab, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(line.split())
    assert korean.english("".join(capsys.readouterr())) == []
