"""Explanations on a running cluster: the ties of notebook 07, and faults planted one at a time, each with its fix."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.manifests import load
from ingress_lab.pictures import node_map
from labcore.errors import BadArgument, Refused
from labcore.kube.discovery import Resource
from labtools import cli
from labtools.explain.explanation import Explanation
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests"
URL = "http://first.example.com/hello"
N = "nginx.ingress.kubernetes.io/"
Documents = list[dict]


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-explain")
    made.apply(MANIFESTS / "start-here")
    made.wait("deployments")
    made.settle()
    yield made
    made.clean_up()


@pytest.fixture
def whole(lab: Lab) -> Iterator[Lab]:
    """The lab with its objects as they were, before and after."""
    yield lab
    for name in ("ingresses", "services"):
        for obj in lab.objects(name):
            lab.delete(f"{name}/{obj['metadata']['name']}")
    lab.apply(MANIFESTS / "start-here")
    lab.scale("deployment/hello", 1)
    lab.wait("deployments")
    lab.settle()


def parts(lab: Lab) -> tuple[dict, dict, dict]:
    """The Ingress, the Service and the Deployment behind URL."""
    found = {(d.kind, d.name): d.obj for d in load(MANIFESTS / "start-here")}
    return found["Ingress", "first"], found["Service", "hello-svc"], found["Deployment", "hello"]


def backend(ingress: dict) -> dict:
    return ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]


def wrong_class(ingress: dict, service: dict, deployment: dict) -> Documents:
    ingress["spec"]["ingressClassName"] = "trafik"
    return [ingress]


def wrong_service(ingress: dict, service: dict, deployment: dict) -> Documents:
    backend(ingress)["name"] = "helo-svc"
    return [ingress]


def wrong_port(ingress: dict, service: dict, deployment: dict) -> Documents:
    backend(ingress)["port"] = {"number": 8080}
    return [ingress]


def wrong_port_name(ingress: dict, service: dict, deployment: dict) -> Documents:
    backend(ingress)["port"] = {"name": "web"}
    return [ingress]


def wrong_selector(ingress: dict, service: dict, deployment: dict) -> Documents:
    service["spec"]["selector"] = {"app": "helo"}
    return [service]


def wrong_target_name(ingress: dict, service: dict, deployment: dict) -> Documents:
    service["spec"]["ports"][0]["targetPort"] = "https"
    return [service]


def wrong_target_number(ingress: dict, service: dict, deployment: dict) -> Documents:
    service["spec"]["ports"][0]["targetPort"] = 8081
    return [service]


FAULTS: list[tuple[Callable, str, str]] = [
    (wrong_class, "Ingress", 'there is no IngressClass "trafik"'),
    (wrong_service, "Service", "names the Service helo-svc, and namespace flow-explain has none of that name"),
    (wrong_port, "Port", "asks for port 8080 of Service hello-svc, which has 80 (http)"),
    (wrong_port_name, "Port", "asks for port web of Service hello-svc, which has 80 (http)"),
    (wrong_selector, "EndpointSlice", "selects app=helo, and no Pod in namespace flow-explain carries that"),
    (wrong_target_name, "EndpointSlice", "sends to the port https, and its Pods have no port of that name"),
    (wrong_target_number, "Pod", "nothing listens on port 8081 of its Pods"),
]


@pytest.mark.parametrize(("plant", "link", "why"), FAULTS, ids=[plant.__name__ for plant, _, _ in FAULTS])
def test_a_planted_fault_is_found_and_its_mend_mends_it(whole: Lab, plant: Callable, link: str, why: str) -> None:
    whole.apply(plant(*parts(whole)))
    whole.settle()
    found = whole.explain(URL)
    assert found.fault is not None, found.text
    assert (found.fault.link, why in found.fault.why) == (link, True), found.text
    assert found.chain.broken is not None and found.chain.broken.kind == link
    run(whole, found.fault.fix)
    whole.wait_routed(URL, service="hello-svc")
    assert whole.explain(URL).fault is None


def run(lab: Lab, fix: str) -> None:
    """What kubectl would do with the command at the end of a fix."""
    command = shlex.split(fix.splitlines()[-1].strip())
    assert command[:2] == ["kubectl", "-n"] and command[2] == lab.namespace
    if command[3] == "scale":
        lab.scale(command[4], int(command[5].removeprefix("--replicas=")))
        return
    assert command[3] == "patch" and command[7] == "-p"
    resource = lab.api.resources().named(command[4])
    content_type = {"--type=json": "application/json-patch+json", "--type=merge": "application/merge-patch+json"}
    path = resource.path(lab.namespace, command[5])
    lab.api.request("patch", path, json.loads(command[8]), content_type=content_type[command[6]])


def test_a_deployment_that_was_told_to_make_no_pods(whole: Lab) -> None:
    whole.scale("deployment/hello", 0)
    whole.wait_routed(URL, status=503)
    whole.wait("pods", lambda pod: "it is being ended" if pod["metadata"].get("deletionTimestamp") else "")
    found = whole.explain(URL)
    assert found.fault is not None and "Deployment hello makes such Pods, but is told to make none" in found.fault.fix
    assert (found.controller, found.api, found.outcome) == ("503", "hello-svc", "503")
    run(whole, found.fault.fix)
    whole.wait_routed(URL, service="hello-svc")


def test_pods_that_do_not_become_ready(whole: Lab) -> None:
    _, service, deployment = parts(whole)
    deployment["metadata"]["name"] = "never"
    deployment["spec"]["selector"]["matchLabels"] = {"app": "never"}
    deployment["spec"]["template"]["metadata"]["labels"] = {"app": "never"}
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = "no-such-image:1"
    service["spec"]["selector"] = {"app": "never"}
    whole.apply([deployment, service])
    try:
        whole.wait("pods", lambda pod: "" if waits(pod) or "never" not in pod["metadata"]["name"] else "not yet")
        whole.wait_routed(URL, status=503)
        found = whole.explain(URL)
        assert found.fault is not None and "none is ready: container app waits: " in found.fault.why
        assert "ImagePull" in found.fault.why and "(no-such-image:1)" in found.fault.why
        assert "describe pods -l app=never" in found.fault.fix
    finally:
        whole.delete("deployment/never")


def waits(pod: dict) -> str:
    states = [s.get("state", {}) for s in pod["status"].get("containerStatuses") or []]
    return next((s["waiting"]["reason"] for s in states if "ImagePull" in s.get("waiting", {}).get("reason", "")), "")


def test_a_service_of_another_namespace(whole: Lab, cluster: ClusterInfo) -> None:
    other = Lab.connect("flow-explain-other")
    try:
        _, service, _ = parts(whole)
        service["metadata"]["name"] = "far-svc"
        other.apply(service)
        ingress, _, _ = parts(whole)
        backend(ingress)["name"] = "far-svc"
        whole.apply(ingress)
        whole.settle()
        found = whole.explain(URL)
        assert found.fault is not None and "far-svc is in flow-explain-other" in found.fault.fix
    finally:
        other.clean_up()


def answer_of(lab: Lab, host: str, path: str, path_type: str, asked: str, class_name: str, **notes: str) -> Explanation:
    """The explanation of `asked` with one Ingress of one path."""
    target = {"service": {"name": "hello-svc", "port": {"name": "http"}}}
    rule = {"host": host, "http": {"paths": [{"path": path, "pathType": path_type, "backend": target}]}}
    meta = {"name": "extra", "annotations": {f"{N}{key.replace('_', '-')}": value for key, value in notes.items()}}
    spec = {"ingressClassName": class_name, "rules": [rule]}
    lab.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": spec})
    lab.settle()
    return lab.explain(f"http://{host}{asked}")


def test_faults_of_rules(whole: Lab) -> None:
    found = whole.explain("http://frist.example.com/hello")
    assert "No rule has the host frist.example.com" in found.text and "ask for first.example.com" in found.text
    found = whole.explain("http://first.example.com/HELLO")
    assert "upper and lower case differ" in found.text and found.fault.link == "Rule"
    found = whole.explain("http://first.example.com/hellos")
    assert "/hello ends inside a part of the path" in found.text
    found = answer_of(whole, "a.test", "/x", "Prefix", "/x/y", "nginx", rewrite_target="/")
    assert found.outcome == "400" and "turns the path into //y" in found.fault.why
    assert "path /x(/|$)(.*), rewrite-target: /$2" in found.fault.fix
    found = answer_of(whole, "a.test", "/x(/|$)(.*)", "ImplementationSpecific", "/x/y", "nginx", rewrite_target="/$2")
    assert found.fault is None and "the application sees /y" in found.text
    found = answer_of(whole, "a.test", "/x~", "Prefix", "/x~", "nginx")
    assert found.outcome == "404" and "signs of a regular expression" in found.fault.why
    found = answer_of(whole, "a.test", "/", "Prefix", "/", "nginx", force_ssl_redirect="true")
    assert (found.outcome, found.controller, found.fault) == ("308", "308", None)


def test_a_default_backend_beside_rules(whole: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API gives it what is left; Traefik's own provider passes over it."""
    ingress, _, _ = parts(whole)
    ingress["spec"]["defaultBackend"] = {"service": {"name": "bye-svc", "port": {"number": 80}}}
    whole.apply(ingress)
    whole.settle()
    found = whole.explain("http://first.example.com/other", expected="bye-svc")
    assert (found.api, found.controller, found.outcome) == ("bye-svc", "404", "404")
    assert "Traefik reads a default backend only in an Ingress without rules" in found.fault.why
    monkeypatch.setenv("INGRESS_LAB_LANG", "ko")
    assert "Traefik은 규칙이 없는 Ingress의 기본 백엔드만 읽습니다" in str(found.fault.why)
    assert "Why not bye-svc? (default backend), Ingress first: left out" in found.text


def test_two_ingresses_with_one_name_inside_traefik(whole: Lab) -> None:
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "hello-svc", "port": {"number": 80}}}}]
    for name, host in (("shop", "cart.b.test"), ("shop-cart", "b.test")):
        spec = {"ingressClassName": "traefik", "rules": [{"host": host, "http": {"paths": paths}}]}
        whole.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec})
    whole.settle()
    for _ in range(10):  # Traefik chooses anew whenever it reads: perhaps between the two questions
        found = [whole.explain(f"http://{host}/") for host in ("cart.b.test", "b.test")]
        lost = [one for one in found if one.outcome == "404"]
        assert all("Inside Traefik this rule has the name of another" in one.fault.why for one in lost)
        if len(lost) == 1:
            return
    pytest.fail(f"the outcomes were {[one.outcome for one in found]}")


def test_the_tie_of_notebook_07(cluster: ClusterInfo) -> None:
    lab = Lab.connect("flow-explain-tie")
    try:
        lab.apply(MANIFESTS / "url-mapping")
        lab.apply(MANIFESTS / "url-mapping" / "shop" / "exact.yaml")
        lab.wait("deployments")
        lab.settle()
        found = lab.explain("http://exact.sample.com/cart")
        assert (found.api, found.controller, found.outcome) == ("nginx-svc", "java-svc", "java-svc")
        assert found.readings["answer"].tolist() == ["nginx-svc", "java-svc", "java-svc"]
        by_path = {(r["path"], r["path_type"]): (r["api"], r["controller"]) for r in found.rule_rows}
        assert by_path["/cart", "Prefix"] == (
            "Exact goes before Prefix",
            "wins: the longest rule text that fits, 67 characters",
        )
        assert by_path["/cart", "Exact"] == ("wins", "41 characters: tried after the winner")
        assert found.texts["characters"].tolist() == [67, 43, 41]
        assert found.way["what"].tolist()[-1] == "java-1"
        assert "-> Pod: java-1" in found.picture.words and "127." not in repr(found)
    finally:
        lab.clean_up()


def test_no_url(lab: Lab) -> None:
    with pytest.raises(BadArgument, match="not a URL"):
        lab.explain("first.example.com/hello")


def test_without_asking(lab: Lab) -> None:
    found = lab.explain(URL, probe=False)
    assert found.seen is None and found.outcome == "hello-svc"
    assert found.readings["reading"].tolist() == ["API's reading", "Traefik's reading"]


def test_the_map_of_nodes(lab: Lab) -> None:
    words = node_map(lab).words
    assert "control-plane: lab-control-plane; label ingress-ready=true;" in words
    assert "Pods: ingress controller" in words and "hello-" in words


def test_the_command(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", URL, "-n", lab.namespace]) == 0
    assert f"{URL} gets hello-svc." in capsys.readouterr().out
    assert cli.main(["explain", "http://first.example.com/HELLO", "-n", lab.namespace, "--expected", "hello-svc"]) == 1
    assert "Why not hello-svc? Prefix first.example.com/hello, Ingress first" in capsys.readouterr().out
    assert cli.main(["explain", "nonsense"]) == 1
    assert "is not a URL" in capsys.readouterr().err


def test_as_an_account_that_may_read_its_namespace_only(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = lab.api.list

    def narrow(resource: Resource, namespace: str = "", **more: str) -> dict:
        if not namespace:
            raise Refused("forbidden", code=403, reason="Forbidden")
        return listed(resource, namespace, **more)

    monkeypatch.setattr(lab.api, "list", narrow)
    found = lab.explain(URL)
    assert found.outcome == found.controller == "hello-svc"
    assert "only namespace flow-explain may be read" in found.text and "flags and classes are assumed" in found.text
