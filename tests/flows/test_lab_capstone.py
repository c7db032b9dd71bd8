"""The capstone: its shop as it is found, two ways to move it without a lost request, and wrong moves, each named."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import labexercises
import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labcore import clusters
from labcore.clusters.environment import environment
from labtools.capstone import judging, record, result, shop, starting
from labtools.capstone.judging import Judgement, judge
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

HERE = Path(__file__).parent / "capstone"
MANIFESTS = Path(__file__).parents[2] / "manifests"
NGINX, GATEWAY = MANIFESTS / "controllers" / "nginx", MANIFESTS / "gateway"
SOLUTIONS = Path(labexercises.__file__).parent / "solutions"
TODAY, RULES = SOLUTIONS / "18.1.yaml", SOLUTIONS / "18.2.yaml"
NEW = list(yaml.safe_load_all(RULES.read_text()))
FOLLOWS = 20.0  # seconds that nginx may take
PREFIX = "nginx.ingress.kubernetes.io/"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("capstone")
    yield made
    if sender := record.sender():
        sender.end()
    for folder in (GATEWAY / "controller", GATEWAY / "definitions", NGINX):
        made.delete(folder, missing_ok=True)
    made.clean_up()


def begun(lab: Lab) -> list[str]:
    return starting.start(None, lambda step: None)


def run(lab: Lab, *command: str) -> str:
    """A command as in `lab shell -n capstone`."""
    variables = {**os.environ, **environment(clusters.access(), lab.namespace)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(lab: Lab, place: str, *hosts: str) -> None:
    """The names lead there, and every customer has noticed."""
    data = {f"{host}.{shop.DOMAIN}": place for host in hosts}
    run(lab, "kubectl", "patch", "configmap", "dns", "--type", "merge", "-p", json.dumps({"data": data}))


def said(found: Judgement, aspect: str) -> str:
    return "\n".join(verdict.sentence for verdict in found.wrong if verdict.aspect == aspect)


def test_the_shop_as_it_is_found(lab: Lab) -> None:
    refused = "\n".join(begun(lab))
    for kind, version in (("Deployment", "extensions/v1beta1"), ("Ingress", "networking.k8s.io/v1beta1")):
        assert f'no matches for kind "{kind}" in version "{version}"' in refused
    found = judge(None)
    assert {verdict.aspect for verdict in found.wrong} == {"manifests", "move", "closing"}
    assert found.traffic.lost == 0 and found.traffic.requests >= len(shop.TRAFFIC)
    for name in ("18.1", "18.2", "18.3"):
        assert "http://help.capstone.example.com/: expected help-svc" in lab.check(name).why
    lab.apply(ALL["18.1"].solutions[0])
    lab.wait("deployments")
    end = time.monotonic() + FOLLOWS
    while not (done := lab.check("18.1")) and time.monotonic() < end:
        time.sleep(0.1)
    assert done, str(done)


@pytest.mark.parametrize("way", ["ingress", "gateway"])
def test_moved_without_a_lost_request(lab: Lab, way: str) -> None:
    begun(lab)
    run(lab, "sh", "-eu", str(HERE / way / "order.sh"), str(HERE / way), str(MANIFESTS), str(SOLUTIONS))
    found = judge(None)
    assert found.wrong == [], "\n".join(verdict.sentence for verdict in found.wrong)
    assert found.traffic.lost == 0 and found.traffic.requests > 100
    kept = result.read()
    assert kept and kept.passed and kept.ways == (("entry",) if way == "ingress" else ("entry", "gateway.gateway"))
    for name in ("18.1", "18.2", "18.3"):
        assert lab.check(name), str(lab.check(name))


def test_the_old_controller_gone_before_the_new_route_answers(lab: Lab) -> None:
    begun(lab)
    lab.delete(NGINX, missing_ok=True)
    names(lab, "entry", "www")
    basket = "https://basket.capstone.example.com/: expected basket-svc, which sees the path /; got"
    for _ in range(20):  # a client asks for the basket once in a while
        found = judge(None)
        if basket in said(found, "requests"):
            break
        time.sleep(0.3)
    assert basket in said(found, "requests")
    assert f"{basket} no address" in said(found, "routes")
    assert "www.capstone.example.com of Capstone Shop CA; got the certificate TRAEFIK" in said(found, "certificates")


@pytest.fixture(scope="module")
def moved(lab: Lab) -> Lab:
    """The shop on Traefik's nginx provider, nginx still beside it."""
    begun(lab)
    lab.apply(TODAY)
    lab.apply(RULES)
    lab.wait("deployments")
    lab.settle()
    names(lab, "entry", "www", "basket", "api", "admin", "help", "gift")
    found = [verdict.sentence for verdict in judge(None, "move").wrong if verdict.aspect != "requests"]
    assert found == []
    return lab


def changed(name: str, **annotations: str | None) -> dict:
    """One of the new Ingresses with other annotations; None takes one away."""
    (found,) = (obj for obj in NEW if obj["metadata"]["name"] == name)
    own = {**found["metadata"].get("annotations", {})}
    for key, value in annotations.items():
        own[f"{PREFIX}{key.replace('_', '-')}"] = value
    kept = {key: value for key, value in own.items() if value is not None}
    return {**found, "metadata": {"name": name, "annotations": kept}}


WITHOUT_A_CERTIFICATE = {
    **NEW[0],
    "spec": {**NEW[0]["spec"], "tls": [{"hosts": ["www.capstone.example.com"], "secretName": "elsewhere-tls"}]},
}
OPENED = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "internal-new", "annotations": {f"{PREFIX}denylist-source-range": "0.0.0.0/0,::/0"}},
    "spec": yaml.safe_load((MANIFESTS / "capstone" / "old" / "internal.yaml").read_text())["spec"]
    | {"ingressClassName": "nginx"},
}
PREFIX_ONLY = changed("api-new", use_regex=None, rewrite_target=None)
PREFIX_ONLY["spec"] = json.loads(json.dumps(PREFIX_ONLY["spec"]))
PREFIX_ONLY["spec"]["rules"][0]["http"]["paths"][0] |= {"path": "/v1", "pathType": "Prefix"}
NOBODY = "expected no answer of an application; got"


@pytest.mark.parametrize(
    ("change", "aspect", "seen"),
    [
        (WITHOUT_A_CERTIFICATE, "certificates", "got the certificate TRAEFIK DEFAULT CERT of TRAEFIK DEFAULT CERT"),
        (changed("basket-new", affinity=None), "affinity", "got 3 requests of one client at different Pods"),
        (changed("api-next-new", canary_weight="0"), "canary", "11 to 52 of 150 requests at api-next-svc; got 0"),
        (changed("api-next-new", canary_weight="100"), "canary", "at api-next-svc; got 150"),
        (OPENED, "closed", f"https://api.capstone.example.com/internal: {NOBODY} api-svc"),
        (changed("admin-new", auth_type=None), "closed", f"https://admin.capstone.example.com/orders: {NOBODY} admin"),
        (PREFIX_ONLY, "routes", "api-next-svc, which sees the path /plants; got api"),
    ],
    ids=["secret", "affinity", "weight-0", "weight-100", "denylist", "password", "rewrite"],
)
def test_a_wrong_move_is_named_by_what_was_seen(moved: Lab, change: dict, aspect: str, seen: str) -> None:
    moved.apply(change)
    moved.settle()
    found = judging.judge(None, "move")
    moved.delete(f"ingress/{change['metadata']['name']}")
    moved.apply(RULES)
    moved.settle()
    assert seen in said(found, aspect), "\n".join(verdict.sentence for verdict in found.wrong)


def test_nothing_is_judged_without_customers(moved: Lab) -> None:
    sender = record.sender()
    assert sender and sender.alive
    sender.end()
    assert not sender.alive
    with pytest.raises(judging.LabError, match="have stopped"):
        judge(None)
