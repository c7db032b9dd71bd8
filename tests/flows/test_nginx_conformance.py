"""How many of the 30 scenarios of the public Ingress conformance features real nginx passes, under our controller.

Like the public runner, a redirect is followed, to its scheme, host and path.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from conformance import MANIFESTS, PATHS, REPLICAS, SCENARIOS, application, backend, ingress, rules
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from ingress_lab.manifests import load
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels
from nginx.cases import Ask
from nginx.world import Answer, World, ask

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine"),
]
DEFAULT = [
    ("GET", "my-host", "/"),
    ("GET", "my-host", "/sub-path"),
    ("POST", "some-host", "/"),
    ("PUT", "other-host", "/resource"),
    ("DELETE", "some-host", "/resource"),
    ("PATCH", "my-host", "/resource"),
]
HEADERS = ("Content-Length", "Content-Type", "Date", "Server")
TWICE = "prefix-path-rules/foo/"
"""Two scenarios of the features send the same request."""
WITHOUT_SERVER = {f"default backend {method} {host}{path}" for method, host, path in DEFAULT}
"""They ask for a header `Server`, which the template removes from every answer (server-tokens is off by default)."""

REDIRECTED = {"trailing-slash-path-rules/foo"}
"""An Exact path `/foo/`, asked for as `/foo`: nginx itself answers 301 with the slash, as for every path that is handed
on and ends with one (ngx_http_proxy_module, `auto_redirect`)."""


@pytest.fixture(scope="module")
def world(cluster: ClusterInfo) -> Iterator[World]:
    made = World(Lab.connect("flow-nginx-conformance"))
    made.start_controller()
    services = sorted({service for rows in PATHS.values() for *_, service in rows} | {"echo-service"})
    made.lab.apply([document.obj for document in load(MANIFESTS / "app.yaml")])
    made.lab.apply([obj for service in services for obj in application(service)])
    made.lab.wait("deployments", timeout=90)
    yield made
    made.stop()


def followed(world: World, one: Ask, host: str) -> Answer:
    answer = ask(world.nginx, one, host)
    if answer.status in (301, 302, 303, 307, 308):
        target = urlsplit(answer.header("Location") or "")
        again = Ask(target.path or "/", method=one.method, https=target.scheme == "https")
        return followed(world, again, target.hostname or "")
    return answer


def outcome(answer: Answer) -> str:
    return answer.saw.get("service", "") if answer.status == 200 else str(answer.status)


def exposed(world: World, name: str) -> bool:
    return bool(world.lab.object(f"ingress/{name}")["status"]["loadBalancer"].get("ingress"))


def test_how_many_of_the_30_scenarios_pass(world: World, capsys: pytest.CaptureFixture) -> None:
    passed = hosts_and_paths(world) | classes(world) | default_backend(world)
    failed = {name for name, fine in passed.items() if not fine}
    with capsys.disabled():
        print(f"\nreal nginx passes {len(passed) - len(failed)} of {len(passed)} conformance scenarios")
    assert len(passed) == 30
    assert failed == WITHOUT_SERVER | REDIRECTED


def hosts_and_paths(world: World) -> dict[str, bool]:
    certificate = authority().issue("foo.bar.com").secret("conformance-tls")
    tls = [{"hosts": ["foo.bar.com"], "secretName": "conformance-tls"}]
    world.lab.apply([certificate])
    hosts = {host: rows for host, rows in PATHS.items() if "." in host}
    world.apply(
        [
            ingress("host-rules", "real-nginx", tls=tls, rules=rules(hosts)),
            ingress("path-rules", "real-nginx", rules=rules({h: rows for h, rows in PATHS.items() if h not in hosts})),
        ]
    )
    passed = {}
    for place, expected in SCENARIOS.items():
        host, _, path = place.partition("/")
        passed[place] = outcome(followed(world, Ask(f"/{path}"), host)) == expected
    secure = ask(world.nginx, Ask(https=True), "foo.bar.com")
    passed["https://foo.bar.com"] = (outcome(secure), secure.saw["host"]) == ("foo-bar-com", "foo.bar.com")
    assert exposed(world, "host-rules") and exposed(world, "path-rules")
    return passed | {f"{TWICE} again": passed[TWICE]}


def classes(world: World) -> dict[str, bool]:
    world.apply([ingress("nobodys", "some-invalid-class-name", rules=rules({"class": PATHS["foo.bar.com"]}))])
    return {"class": ask(world.nginx, Ask(), "class").status == 404 and not exposed(world, "nobodys")}


def default_backend(world: World) -> dict[str, bool]:
    spec = {"defaultBackend": backend("echo-service", {"number": 8080})}
    world.apply([ingress("default-backend", "real-nginx", **spec)])
    passed = {}
    for method, host, path in DEFAULT:
        answer = ask(world.nginx, Ask(path, method=method), host)
        assert (outcome(answer), answer.saw["method"], answer.saw["path"]) == ("echo-service", method, path)
        assert exposed(world, "default-backend")
        passed[f"default backend {method} {host}{path}"] = all(answer.header(name) for name in HEADERS)
    world.lab.scale("deployment/echo-service", REPLICAS)
    world.lab.wait("deployment/echo-service", timeout=90)
    world.apply([])
    answers = [ask(world.nginx, Ask(), "load-balancing") for _ in range(100)]
    pods = {answer.saw.get("pod") for answer in answers}
    return passed | {"load balancing": {a.status for a in answers} == {200} and len(pods) == REPLICAS}
