"""The second implementation of the Gateway API: the real Envoy, with the program of manifests/controllers/envoy."""

import contextlib
import json
from collections.abc import Iterator
from functools import partial

import pytest
import yaml
from gateway_objects import (
    ENVOY,
    GATEWAY,
    GROUP,
    WEB,
    answers,
    conditions,
    gateway,
    install,
    of_route,
    remove,
    to,
    until,
)
from gateway_objects import route as route_under
from ingress_lab.lab import Lab
from labcore.errors import Refused
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.envoy_program(), reason="no wheel of Envoy for this machine"),
]
HOST = "envoy.example.com"
route = partial(route_under, under=HOST)


def renamed(folder: str, old: str, new: str, **env: str) -> list[dict]:
    """A Deployment of another experiment and its Service, under another name."""
    documents = yaml.safe_load_all((GATEWAY.parent / folder / "applications.yaml").read_text())
    text = json.dumps([d for d in documents if d["metadata"]["name"] in (old, f"{old}-svc")])
    made = json.loads(text.replace(f'"{old}', f'"{new}'))
    made[0]["spec"]["template"]["spec"]["containers"][0]["env"] += [{"name": n, "value": v} for n, v in env.items()]
    return made


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("envoy-flow")
    made.apply(GATEWAY.parent / "reverse-proxy" / "moody.yaml")
    made.apply([*renamed("reverse-proxy", "next", "moody"), *renamed("names", "team", "picky", PATHS="/")])
    install(made, ENVOY, "envoy")
    yield made
    remove(made, ENVOY)


def test_class_gateway_and_listener_are_accepted(lab: Lab) -> None:
    lab.wait("gatewayclass/envoy")
    status = lab.object("gateway/edge")["status"]
    assert conditions(status) == {"Accepted": "True", "Programmed": "True"}
    assert status["addresses"] == [{"type": "Hostname", "value": "envoy.envoy.svc.cluster.local"}]
    assert conditions(status["listeners"][0]) == {"Accepted": "True", "Programmed": "True", "ResolvedRefs": "True"}


def test_paths_headers_weights_and_hosts_are_those_of_the_specification(lab: Lab) -> None:
    """The last one is what Traefik does the other way round: the host counts before the path."""
    rules = """
      - {matches: [{path: {value: /}}], backendRefs: [{name: rest-svc, port: 80}]}
      - {matches: [{path: {value: /a}}], backendRefs: [{name: www-svc, port: 80}]}
      - {matches: [{path: {type: Exact, value: /a}}], backendRefs: [{name: help-svc, port: 80}]}
      - matches: [{path: {value: /w}}]
        backendRefs: [{name: www-svc, port: 80, weight: 3}, {name: help-svc, port: 80}]
      - {matches: [{headers: [{name: X-Team, value: red}]}], backendRefs: [{name: team-svc, port: 80}]}
      - {matches: [{queryParams: [{name: q, value: "1"}]}], backendRefs: [{name: wild-svc, port: 80}]}
    """
    exact = "{path: {type: Exact, value: /b}}, {path: {value: /}}"
    lab.apply(route("wide", "*", f"[{{matches: [{exact}], backendRefs: [{{name: wild-svc, port: 80}}]}}]"))
    lab.apply(route("shop", "shop", rules))
    asked = [f"shop.{HOST}{path}" for path in ("/a", "/a/", "/ab", "/b", "/?q=1")] + [f"other.{HOST}/"]
    wanted = ["help-svc", "www-svc", "rest-svc", "rest-svc", "wild-svc", "wild-svc"]
    assert until(lambda: answers(lab, *asked), wanted) == wanted
    assert answers(lab, f"shop.{HOST}/", headers={"X-Team": "red"}) == ["team-svc"]
    shares = answers(lab, f"shop.{HOST}/w", times=80)
    lab.delete("httproute/wide")
    assert 40 <= shares.count("www-svc") <= 75 and set(shares) == {"www-svc", "help-svc"}


def test_rewrites_redirects_and_headers(lab: Lab) -> None:
    rules = """
      - matches: [{path: {value: /old}}]
        filters:
          - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}
          - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Shop, value: 100%}]}}
          - {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: X-Seen, value: envoy}]}}
        backendRefs: [{name: www-svc, port: 80}]
      - matches: [{path: {value: /top}}]
        filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
        backendRefs: [{name: www-svc, port: 80}]
      - matches: [{path: {value: /gone}}]
        filters:
          - type: RequestRedirect
            requestRedirect:
              statusCode: 308
              hostname: there.example.com
              path: {type: ReplacePrefixMatch, replacePrefixMatch: /here}
    """
    lab.apply(route("rewrite", "rewrite", rules))
    lab.wait_routed(f"http://rewrite.{HOST}/old/a")
    seen, top, bare, moved = lab.probe([f"http://rewrite.{HOST}{p}" for p in ("/old/a", "/top/a", "/top", "/gone/b")])
    assert (seen.path, seen.seen["x-shop"], seen.headers["X-Seen"]) == ("/new/a", "100%", "envoy")
    assert (top.path, bare.path) == ("/a", "/")
    assert (moved.status, moved.location) == (308, "http://there.example.com/here/b")


def test_a_request_that_takes_too_long_gets_504(lab: Lab) -> None:
    rules = """
      - {matches: [{path: {value: /slow}}], timeouts: {request: 200ms}, backendRefs: [{name: moody-svc, port: 80}]}
      - {backendRefs: [{name: moody-svc, port: 80}]}
    """
    lab.apply(route("late", "late", rules))
    assert until(lambda: answers(lab, f"late.{HOST}/slow?seconds=1"), ["504"]) == ["504"]
    assert answers(lab, f"late.{HOST}/slow?seconds=0") == ["moody-svc"]
    fault = lab.explain(f"http://late.{HOST}/slow?seconds=1").fault
    assert fault is not None and "request: 200ms" in fault.fix


def test_requests_are_mirrored_and_the_clients_see_one_answer(lab: Lab) -> None:
    copies = "[{type: RequestMirror, requestMirror: {backendRef: {name: help-svc, port: 80}}}]"
    lab.apply(route("mirror", "mirror", f"[{{filters: {copies}, backendRefs: [{{name: www-svc, port: 80}}]}}]"))
    lab.wait_routed(f"http://mirror.{HOST}/copy-me", service="www-svc")

    def copied() -> bool:
        return any("/copy-me" in line and f"host=mirror.{HOST}" in line for line in lab.logs("deployment/help").line)

    assert until(copied, True)


def test_a_preflight_request_is_answered_by_envoy(lab: Lab) -> None:
    cors = "{allowOrigins: ['http://shop.example.com'], allowMethods: [GET, PUT], allowHeaders: [X-Team], maxAge: 60}"
    lab.apply(
        route(
            "cors", "cors", f"[{{filters: [{{type: CORS, cors: {cors}}}], backendRefs: [{{name: www-svc, port: 80}}]}}]"
        )
    )
    url = f"http://cors.{HOST}/"
    lab.wait_routed(url)
    origin = {"Origin": "http://shop.example.com", "Access-Control-Request-Method": "PUT"}
    (preflight,) = lab.probe(url, method="OPTIONS", headers=origin)
    allowed = {name.lower().removeprefix("access-control-"): value for name, value in preflight.headers.items()}
    assert (preflight.status, allowed["allow-origin"], allowed["allow-methods"]) == (200, origin["Origin"], "GET,PUT")
    assert (allowed["allow-headers"], allowed["max-age"]) == ("X-Team", "60")
    (other,) = lab.probe(url, headers={"Origin": "http://else.example.com"})
    assert other.status == 200 and not any("allow-origin" in name.lower() for name in other.headers)


def test_retries_are_of_the_experimental_channel(lab: Lab) -> None:
    """The Standard definition has no such field; a patch adds it."""
    again = "[{retry: {codes: [404], attempts: 2}, backendRefs: [{name: picky-svc, port: 80}]}]"
    with pytest.raises(Refused, match=r'unknown field "spec.rules\[0\].retry"'):
        lab.apply(route("again", "again", again))
    patch = json.loads((GATEWAY / "experimental" / "retry.json").read_text())
    path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.{GROUP}"
    lab.api.request("patch", path, patch, content_type="application/json-patch+json")

    def taken() -> bool:
        with contextlib.suppress(Refused):
            lab.apply(route("again", "again", again))
            return True
        return False

    assert until(taken, True)
    url = f"http://again.{HOST}/nowhere"

    def tries() -> int:
        before = sum("/nowhere" in line for line in lab.logs("deployment/picky", tail=200).line)
        assert lab.probe(url).statuses == [404]
        return sum("/nowhere" in line for line in lab.logs("deployment/picky", tail=200).line) - before

    assert until(tries, 3) == 3


def test_the_status_names_each_mistake(lab: Lab) -> None:
    lab.apply(gateway("deaf", WEB | {"port": 80}, gatewayClassName="envoy"))
    secret = "[{filters: [{type: ExtensionRef, extensionRef: {group: a.b, kind: C, name: d}}]}]"
    mistakes = {
        "no-section": (route("no-section", "x", to("www-svc"), "{name: edge, sectionName: typo}"), "NoMatchingParent"),
        "no-service": (route("no-service", "x", to("typo-svc")), "BackendNotFound"),
        "no-grant": (
            route("no-grant", "x", "[{backendRefs: [{name: kubernetes, namespace: default, port: 443}]}]"),
            "RefNotPermitted",
        ),
        "no-filter": (route("no-filter", "x", secret), "UnsupportedValue"),
    }
    for obj, _ in mistakes.values():
        lab.apply(obj)
    for name, (_, reason) in mistakes.items():
        assert until(lambda n=name, r=reason: r in of_route(lab, n).values(), True), name
    assert until(
        lambda: conditions(lab.object("gateway/deaf")["status"]["listeners"][0])["Accepted"], "PortUnavailable"
    )
    said = lab.explain(f"http://no-service.{HOST}/")
    assert said.controller == ""  # only the specification's reading: the order is not Traefik's


def test_another_controllers_status_stays(lab: Lab) -> None:
    obj = route("two", "two", to("www-svc"))
    lab.apply(obj)
    lab.wait("httproute/two")
    path = f"/apis/{GROUP}/v1/namespaces/{lab.namespace}/httproutes/two"
    mine = lab.api.request("get", path)["status"]["parents"]
    other = mine[0] | {"controllerName": "example.com/other"}
    body = {"status": {"parents": [other, *mine]}}
    lab.api.request("patch", f"{path}/status", body, content_type="application/merge-patch+json")
    obj["spec"]["rules"][0]["backendRefs"][0]["port"] = 81
    lab.apply(obj)

    def reasons() -> list[tuple[str, str]]:
        parents = lab.api.request("get", path)["status"]["parents"]
        return [(p["controllerName"].partition("/")[2], conditions(p)["ResolvedRefs"]) for p in parents]

    wanted = [("other", "True"), ("envoy", "BackendNotFound")]
    assert until(reasons, wanted) == wanted
