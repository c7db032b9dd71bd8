"""nginx and Traefik's nginx provider, asked the same; and a host moved by weight: the experiment of notebook 14."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.http.answers import Answers
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

MANIFESTS = Path(__file__).parents[2] / "manifests"
LEAVING, NGINX = MANIFESTS / "leaving", MANIFESTS / "controllers" / "nginx"
ANNOTATION = "nginx.ingress.kubernetes.io/"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("leaving")
    made.apply(NGINX)
    made.apply(LEAVING)
    made.apply(LEAVING / "shop")
    made.apply(for_nginx((LEAVING / "shop" / "ingresses.yaml").read_text()))
    made.wait("pods")
    made.settle()
    made.inside("red").wait(url("legacy/"), to=nginx(made))
    yield made
    made.delete(LEAVING / "leftover", missing_ok=True)
    made.delete(NGINX, missing_ok=True)
    made.clean_up()


def for_nginx(text: str) -> str:
    """The same Ingresses for nginx, as the notebook's sed makes them."""
    text = text.replace("ingressClassName: nginx", "ingressClassName: real-nginx")
    return re.sub(r"^  name: .*", r"\g<0>-old", text, flags=re.MULTILINE)


def nginx(lab: Lab) -> str:
    service = lab.api.get(lab.api.resources().named("service"), "real-nginx", "real-nginx")
    return f"{service['spec']['clusterIP']}:80"


def url(place: str) -> str:
    host, _, path = place.partition("/")
    return f"http://{host}.leaving.example.com/{path}"


def both(lab: Lab, *places: str) -> tuple[list[str], list[str]]:
    """What nginx gives for each, and what the entry does."""
    urls = [url(place) for place in places]
    return said(lab.inside("red").probe(urls, to=nginx(lab))), said(lab.probe(urls))


def said(answers: Answers) -> list[str]:
    return [f"{a.status} {a.location}" if a.location else f"{a.outcome} {a.path}".strip() for a in answers]


def test_the_shop_is_as_the_notebook_says() -> None:
    ingresses = list(yaml.safe_load_all((LEAVING / "shop" / "ingresses.yaml").read_text()))
    names = [name for one in ingresses for name in one["metadata"].get("annotations", {})]
    assert (len(ingresses), len(names), len(set(names))) == (9, 11, 11)


def test_a_rewritten_path(lab: Lab) -> None:
    before, after = both(lab, "old/old", "old/old/a", "old/older")
    assert before == ["web-svc /", "web-svc /", "web-svc /"]
    assert after == ["web-svc /", "400", "web-svc /er"]


def test_a_path_beside_an_expression(lab: Lab) -> None:
    before, after = both(lab, "api/Docs", "api/docs", "api/Docs/x", "api/v1", "api/V1/x")
    assert before == ["web-svc /Docs", "web-svc /docs", "web-svc /Docs/x", "api-svc /v1", "api-svc /V1/x"]
    assert after == ["web-svc /Docs", "404", "404", "api-svc /v1", "api-svc /V1/x"]


def test_a_last_slash_and_a_path_made_normal(lab: Lab) -> None:
    before, after = both(lab, "files/files", "www/a/../b")
    assert before == [f"301 {url('files/files/')}", "web-svc /a/../b"]
    assert after == ["web-svc /files", "web-svc /b"]


def test_limits(lab: Lab) -> None:
    red, large = lab.inside("red"), "x" * 5000
    search, files = url("search/"), url("files/files/")
    assert set(red.probe(search, times=6, to=nginx(lab)).statuses) == {200, 503}
    assert set(lab.probe(search, times=6).statuses) == {200, 429}
    assert red.probe(files, method="POST", body=large, to=nginx(lab)).statuses == [413]
    assert lab.probe(files, method="POST", body=large.encode()).statuses == [200]


def test_what_is_kept_out_by_nginx_is_let_in_elsewhere(lab: Lab) -> None:
    red = lab.inside("red")
    address = lab.object("pod/red")["status"]["podIP"]
    for name in ("staff", "staff-old"):
        found = lab.object(f"ingress/{name}")
        meta = {"name": name, "annotations": {f"{ANNOTATION}denylist-source-range": address}}
        lab.apply({"apiVersion": found["apiVersion"], "kind": "Ingress", "metadata": meta, "spec": found["spec"]})
    lab.settle()
    red.wait(url("staff/"), to=nginx(lab), status=403)
    assert red.probe(url("staff/")).statuses == [200]


def test_repaired(lab: Lab) -> None:
    lab.apply(LEAVING / "repaired")
    lab.settle()
    places = ("old/old/a", "old/older", "api/docs", "api/Docs/x", "files/files", "files/files/a", "api/v1/x")
    before, after = both(lab, *places)
    assert before == after
    assert both(lab, "files/FILES/a") == (["404"], ["web-svc /FILES/a"])
    assert both(lab, "files/files?a=b") == ([f"301 {url('files/files/?a=b')}"], ["web-svc /files?a=b"])


@pytest.fixture(scope="module")
def front(lab: Lab) -> Lab:
    """The entry hands the host www on to nginx."""
    handed_on(lab, LEAVING / "cut-over" / "front.yaml")
    lab.settle()
    return lab


def handed_on(lab: Lab, file: Path) -> None:
    """Applies a manifest with the address of nginx's Pod in its place."""
    pods = lab.api.list(lab.api.resources().named("pods"), "real-nginx", labels="app=real-nginx")["items"]
    lab.apply(file.read_text().replace("192.0.2.1", pods[0]["status"]["podIP"]))


def by_nginx(lab: Lab, host: str, times: int = 20) -> int:
    answers = lab.probe(url(f"{host}/"), times=times)
    assert set(answers.services) == {"web-svc"}
    return sum("X-Request-ID" in answer.seen for answer in answers)


def weigh(lab: Lab, name: str, weight: int) -> None:
    found = lab.object(f"ingress/{name}")
    meta = {"name": name, "annotations": {f"{ANNOTATION}canary": "true", f"{ANNOTATION}canary-weight": str(weight)}}
    lab.apply({"apiVersion": found["apiVersion"], "kind": "Ingress", "metadata": meta, "spec": found["spec"]})
    lab.settle()


def test_a_host_is_moved_by_weight_and_back(front: Lab) -> None:
    found = []
    for weight in (0, 50, 100, 0):
        weigh(front, "web-new", weight)
        found.append(by_nginx(front, "www"))
    assert found == [20, 10, 0, 20]


def test_without_its_class_an_ingress_is_served_no_more(front: Lab) -> None:
    red = front.inside("red")
    front.delete("ingressclass/real-nginx")
    red.wait(url("api/docs"), to=nginx(front), status=404)
    assert front.object("ingress/docs-old")["status"]["loadBalancer"]["ingress"]
    front.apply(NGINX / "3-class.yaml")
    red.wait(url("api/docs"), to=nginx(front))


def unsolved(lab: Lab, folder: str) -> None:
    lab.delete(LEAVING / "exercise" / folder, missing_ok=True)
    for file in sorted((LEAVING / "exercise" / folder).glob("*.yaml")):
        handed_on(lab, file)
    lab.settle()


@pytest.mark.parametrize(
    ("name", "folder", "last", "why"),
    [
        ("14.1", "repair", "maps/maps/a", "guide/a gets web-svc / from nginx, and 400 at the entry."),
        ("14.2", "refuse", "yard/", "should get the Service web-svc; it got 404."),
    ],
)
def test_exercises(front: Lab, name: str, folder: str, last: str, why: str) -> None:
    for solution in ALL[name].solutions:
        front.delete("ingress/maps-slash", missing_ok=True)
        unsolved(front, folder)
        front.inside("red").wait(url(last), to=nginx(front))
        assert why in front.check(name).why
        front.apply(solution)
        assert front.check(name), str(front.check(name))


def test_answers_that_only_look_like_those_of_nginx(front: Lab) -> None:
    """Handed on to nginx instead of given by the entry; and given by nginx otherwise than before."""
    unsolved(front, "repair")
    front.inside("red").wait(url("maps/maps/a"), to=nginx(front))
    front.delete("ingress/guide")
    front.delete("ingress/terms")
    front.apply(rule("guide", "guide", "old-way"))
    assert "the entry should answer http://guide.leaving.example.com/guide itself" in front.check("14.1").why
    front.delete("ingress/guide-old")
    front.inside("red").wait(url("guide/guide"), to=nginx(front), status=404)
    assert "nginx should still give web-svc / for http://guide.leaving.example.com/guide" in front.check("14.1").why


def rule(name: str, host: str, service: str) -> dict:
    """An Ingress of Traefik's nginx provider for a whole host."""
    backend = {"service": {"name": service, "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    spec = {"ingressClassName": "nginx", "rules": [{"host": f"{host}.leaving.example.com", "http": {"paths": paths}}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (": denylist-source-range has", ": something has", "leaving.example.com/stays of the Ingress gate should name"),
        (": denylist-source-range has", ": allowlist-source-range, denylist-source-range have", "and nothing else."),
        ("192.0.2.0/24", "198.51.100.0/24", "gate should keep its annotation denylist-source-range"),
        ("limit-rps", "limit-rph", "of 20 requests at once http://yard.leaving.example.com/ should refuse some"),
        ("name: hall", "name: hall-copy", "http://hall.leaving.example.com/ is moved when nginx serves it no more"),
        ("real-nginx", "nginx", "gate.leaving.example.com/ should get status 404; it was answered by web-svc."),
    ],
)
def test_what_is_not_moved_as_asked(front: Lab, before: str, after: str, why: str) -> None:
    front.delete("ingress/hall-copy", missing_ok=True)
    unsolved(front, "refuse")
    front.inside("red").wait(url("yard/"), to=nginx(front))
    front.apply(ALL["14.2"].solutions[0].replace(before, after))
    assert why in front.check("14.2").why


def test_a_wrong_port_hides_until_all_requests_go_there(front: Lab) -> None:
    """At 50 each request is answered by nginx, as Traefik's provider tries the next server; at 100 there is none."""
    unsolved(front, "cut-over")
    front.inside("red").wait(url("news/"), to=nginx(front))
    weigh(front, "news-new", 50)
    assert by_nginx(front, "news") == 20
    weigh(front, "news-new", 100)
    assert set(front.probe(url("news/"), times=10).statuses) == {502}
    assert by_nginx(front, "www") == 20  # a Service of its own: the provider keeps a weight by namespace, Service, port


def test_a_cut_over_without_a_loss(front: Lab) -> None:
    for solution in ALL["14.3"].solutions:
        unsolved(front, "cut-over")
        front.inside("red").wait(url("news/"), to=nginx(front))
        asking(front)
        assert "20 of 20 requests still go by nginx." in front.check("14.3").why
        front.apply(solution)
        assert front.check("14.3"), str(front.check("14.3"))
    weigh(front, "news-new", 0)


def asking(lab: Lab, host: str = "news") -> None:
    """A Pod asker that begins anew, through the entry."""
    pods = lab.api.list(lab.api.resources().named("pods"), "traefik", labels="app=traefik")["items"]
    text = (LEAVING / "cut-over" / "asker-pod.yaml").read_text()
    lab.delete("pod/asker", missing_ok=True)
    lab.apply(LEAVING / "cut-over" / "asker.yaml")
    lab.apply(text.replace("ENTRY", pods[0]["status"]["podIP"]).replace("www", host))
    lab.wait("pod/asker")


def test_a_way_that_is_left_broken(front: Lab) -> None:
    unsolved(front, "cut-over")
    asking(front)
    front.apply(rule("news", "news", "web-svc"))
    assert "the Service news-svc of the Ingress news-new should lead to the application" in front.check("14.3").why


def test_a_client_that_did_not_see_the_move(front: Lab) -> None:
    unsolved(front, "cut-over")
    front.apply(ALL["14.3"].solutions[0])
    time.sleep(1)  # the API writes down changes by the second
    asking(front)
    assert "it began after that." in front.check("14.3").why
    asking(front, "www")
    assert "asker should send its requests to http://news.leaving.example.com/." in front.check("14.3").why


def test_a_lost_request_counts(front: Lab) -> None:
    unsolved(front, "cut-over")
    asking(front)
    weigh(front, "news-new", 100)
    assert "should be answered by web-svc; it got 502." in front.check("14.3").why
    front.apply(ALL["14.3"].solutions[0])
    assert re.search(r"\d+ of \d+ requests of the Pod asker were lost", front.check("14.3").why)
    front.delete("pod/asker")
