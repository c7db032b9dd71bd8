"""The lab's reading of Traefik against Traefik itself: hundreds of generated rule sets, both classes."""

from collections import Counter
from collections.abc import Iterator

import pytest
from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.ingress import controller_flags
from ingress_lab.lab import Lab
from labtools.traefik.asked import corrected
from labtools.traefik.asking import ask
from labtools.traefik.objects import Objects
from labtools.traefik.reading import Routing
from loopkube.cluster import ClusterInfo
from one_pod import SERVICES, application
from rule_sets import rule_sets

SEED = 7


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-reading")
    made.apply(application())
    made.wait("pod/all")
    yield made
    made.clean_up()


def routing(lab: Lab, *, asked: bool = False) -> Routing:
    """The reading of the objects; `asked`: corrected by what Traefik itself tells."""
    objects = Objects.read(lab.api)
    found = controller_flags.at_entry(objects.pods.values())
    assert found is not None and found[1].own and found[1].nginx
    read = Routing.of(objects, found[1])
    if not asked:
        return read
    told = ask(lab.api, *found)
    assert told is not None
    return corrected(read, told, found[1])


def observed(answer: Answer) -> str:
    return answer.service if answer.service != NOBODY else str(answer.status)


@pytest.mark.parametrize("sets", [60, pytest.param(500, marks=pytest.mark.long)])
def test_the_reading_agrees_with_traefik(lab: Lab, sets: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Twice: by the objects alone, and by what Traefik itself tells, which leaves less to chance."""
    generated = rule_sets(SEED, sets)
    lab.apply(generated.ingresses)
    lab.settle(60)
    read, told = routing(lab), routing(lab, asked=True)
    wrong, kinds, ties, told_ties = [], Counter(), 0, 0
    with lab.client(keep_connection=True) as client:
        for url in (url for urls in generated.urls for url in urls):
            seen = observed(client.probe(url)[0])
            kinds[seen] += 1
            by_objects, by_traefik = read.read(url).outcomes, told.read(url).outcomes
            ties += len(by_objects) > 1
            told_ties += len(by_traefik) > 1
            wrong += [f"{url}: {seen}, not {sorted(o)}" for o in (by_objects, by_traefik) if seen not in o]
    total = kinds.total()
    assert told_ties <= ties
    with capsys.disabled():
        print(f"\n  the reading agrees with Traefik on {total - len(wrong)} of {total} URLs over {sets} rule sets")
        print(f"  (draws: {ties}, and {told_ties} when Traefik is asked; seen: {dict(kinds.most_common())})")
    assert wrong == []
    assert len(generated.urls) >= sets and ties < total / 10
    assert {*SERVICES, "404", "503", "308", "302", "400"} <= kinds.keys()


@pytest.mark.parametrize("class_name", ["traefik", "nginx"])
def test_a_default_backend_takes_what_is_left(lab: Lab, class_name: str) -> None:
    lab.api.request("delete", lab.api.resources().named("ingress").path(lab.namespace))
    lab.settle()
    backend = {"service": {"name": "s4", "port": {"name": "http"}}}
    spec = {"ingressClassName": class_name, "defaultBackend": backend}
    lab.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "all"}, "spec": spec})
    answer = lab.wait_routed("http://nobody.test/x", service="s4")[0]
    assert routing(lab).read("http://nobody.test/x").outcomes == {observed(answer)}
    lab.delete("ingress/all")
    lab.wait_routed("http://nobody.test/x", status=404)


def ingress(name: str, host: str, service_name: str) -> dict:
    backend = {"service": {"name": service_name, "port": {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec = {"ingressClassName": "traefik", "rules": [rule]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}


def test_two_ingresses_may_cost_each_other_a_route(lab: Lab) -> None:
    """`shop` at cart.example.com and `shop-cart` at example.com have one name inside Traefik."""
    made = [ingress("shop", "cart.example.test", "s1"), ingress("shop-cart", "example.test", "s2")]
    lab.apply(made)
    lab.settle()
    urls = ["http://cart.example.test/", "http://example.test/"]
    for _ in range(10):  # Traefik chooses anew whenever it reads: perhaps between two of these questions
        before = [observed(answer) for answer in lab.probe(urls)]
        told = routing(lab, asked=True)
        if before == [observed(answer) for answer in lab.probe(urls)]:
            break
    assert sorted(before) in (["404", "s1"], ["404", "s2"])
    assert [told.read(url).outcomes for url in urls] == [{outcome} for outcome in before]
    expected = routing(lab)
    assert [expected.read(url).outcomes for url in urls] == [{"s1", "404"}, {"s2", "404"}]
