"""A second controller with a class of its own: the experiment of notebook 05."""

import copy
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labcore.errors import Refused, UnknownName
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "controllers-lesson"
URL, OWN = "http://first.lesson.example.com/", "service/lesson"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("controllers")
    made.delete(MANIFESTS / "controller", missing_ok=True)
    made.apply(MANIFESTS)
    made.apply(MANIFESTS / "first")
    made.wait("pods")
    assert made.inside("red").probe(URL, to=OWN)[0].error == "connection refused"
    made.apply(MANIFESTS / "controller")
    made.wait("daemonset/lesson")
    made.inside("red").wait(URL, to=OWN)
    yield made
    made.delete(MANIFESTS / "controller")
    made.clean_up()


def test_each_controller_serves_its_own_class(lab: Lab) -> None:
    assert lab.probe(URL).statuses == [404]
    lab.apply(MANIFESTS / "classes")
    for name in ("field", "annotation"):
        url = f"http://{name}.lesson.example.com/"
        assert lab.inside("red").wait(url, to=OWN).services == ["web-svc"]
        assert lab.probe(url).statuses == [404]
    lab.wait_routed("http://none.lesson.example.com/")
    assert lab.inside("red").probe("http://none.lesson.example.com/", to=OWN).statuses == [404]
    assert lab.inside("red").probe("http://typo.lesson.example.com/", to=OWN).statuses == [404]


def test_a_class_of_another_controller_is_not_waited_for(lab: Lab) -> None:
    """`settle` waits for the controller at the entry; the notebook's own is not there."""
    begin = time.monotonic()
    lab.settle()
    assert time.monotonic() - begin < 10


def test_without_a_right_it_is_ready_and_routes_nothing(lab: Lab) -> None:
    role = list(yaml.safe_load_all((MANIFESTS / "controller" / "1-access.yaml").read_text()))[1]
    cut = copy.deepcopy(role)
    cut["rules"] = [rule for rule in role["rules"] if "endpointslices" not in rule["resources"]]
    lab.apply(cut)
    assert lab.inside("red").probe(URL, to=OWN).services == ["web-svc"]  # what is watched stays watched
    lab.delete("pod", lab.objects("pods", "app=lesson")[0]["metadata"]["name"])
    lab.wait("daemonset/lesson")
    lab.inside("red").wait(URL, to=OWN, status=404)
    lines = "\n".join(lab.logs("daemonset/lesson", tail=200)["line"])
    who = f"system:serviceaccount:{lab.namespace}:lesson"
    what = 'cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope'
    assert f'endpointslices.discovery.k8s.io is forbidden: User "{who}" {what}' in lines.replace('\\"', '"')
    lab.apply(role)
    lab.inside("red").wait(URL, to=OWN, timeout=90)


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["05.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "exercise" / "shop.yaml")
    unsolved = lab.check("05.1")
    assert not unsolved and unsolved.why.endswith("it got 404.")
    if "kind: Ingress\n" in solution:
        lab.delete("ingress/shop")
    lab.apply(solution)
    assert lab.check("05.1"), str(lab.check("05.1"))
    lab.delete("ingress/shop")
    lab.delete(solution, missing_ok=True)
    lab.inside("red").wait("http://shop.lesson.example.com/", to=OWN, status=404)


@pytest.mark.long
def test_exercise_by_an_ingress_of_another_name(lab: Lab) -> None:
    repaired = ALL["05.1"].solutions[0].replace("name: shop", "name: other-shop")
    lab.apply(repaired)
    lab.inside("red").wait("http://shop.lesson.example.com/", to=OWN)
    assert lab.check("05.1"), str(lab.check("05.1"))
    lab.delete(repaired)
    lab.inside("red").wait("http://shop.lesson.example.com/", to=OWN, status=404)


@pytest.mark.long
def test_exercise_with_a_service_that_is_not_there(lab: Lab) -> None:
    lab.apply(ALL["05.1"].solutions[0].replace("name: web-svc", "name: web"))
    assert lab.check("05.1").why.endswith("it got 503.")
    lab.delete("ingress/shop")


def test_the_account_of_the_second_exercise_may_read_and_no_more(lab: Lab) -> None:
    assert lab.check("05.2").why.endswith("reader may not list ingresses; it should.")
    lab.apply(ALL["05.2"].solutions[0].replace("[list, watch]", '["*"]'))
    assert lab.check("05.2").why.endswith("reader may delete ingresses; it should not.")
    lab.apply(ALL["05.2"].solutions[0])
    assert lab.check("05.2"), str(lab.check("05.2"))


def test_a_webhook_that_stayed_refuses_every_ingress_until_it_is_gone(lab: Lab) -> None:
    """Also the marker by which a check waits for the entry, whose class nginx is in use here."""
    backend = {"service": {"name": "web-svc", "port": {"number": 80}}}
    spec = {"ingressClassName": "nginx", "defaultBackend": backend}
    lab.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "shared"}, "spec": spec})
    lab.apply(MANIFESTS / "leftover")
    lab.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": lab.namespace, "labels": {"left-over": "yes"}}}
    )
    try:
        with pytest.raises(Refused, match='failed calling webhook "validate'):
            lab.apply(MANIFESTS / "exercise" / "fresh.yaml")
        assert not lab.check("05.3")
        lab.apply(ALL["05.3"].solutions[0])
        assert lab.check("05.3"), str(lab.check("05.3"))
    finally:
        lab.delete(MANIFESTS / "leftover")
        lab.delete("ingress/shared")


def test_what_is_missing_may_be_missing(lab: Lab) -> None:
    with pytest.raises(UnknownName):
        lab.delete("ingressclass/nobody")
    assert len(lab.delete("ingressclass/nobody", missing_ok=True)) == 0
