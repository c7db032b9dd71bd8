"""Envoy's configuration as manifests/controllers/envoy renders it: objects in, resources out, which Envoy reads."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from gateway_objects import GROUP, MANIFESTS, WEB, gateway, to
from gateway_objects import route as route_under
from loopkube.node import wheels
from programs import load, maker

FOLDER = MANIFESTS / "controllers" / "envoy"
HOST = "shop.envoy.example.com"
MODULES = load(maker().files("envoy"))
Objects, render = MODULES["objects"].Objects, MODULES["render"].render
seconds, timed = MODULES["acting"].seconds, MODULES["statuses"].timed


def route(name: str, host: str, rules: str, parent: str = "{name: edge}", namespace: str = "shop") -> dict:
    return route_under(name, host, rules, parent, under="envoy.example.com", namespace=namespace)


def service(name: str, namespace: str = "shop") -> list[dict]:
    """A Service, and its one Pod's address."""
    meta = {"name": name, "namespace": namespace}
    labels = {"kubernetes.io/service-name": name}
    ports = [{"name": "http", "port": 8080}]
    endpoints = [
        {"addresses": ["127.0.0.2"], "conditions": {"ready": True}},
        {"addresses": ["127.0.0.3"], "conditions": {"ready": False}},
    ]
    piece = {"metadata": meta | {"labels": labels}, "ports": ports, "endpoints": endpoints}
    return [{"metadata": meta, "spec": {"ports": [{"name": "http", "port": 80}]}}, piece]


def objects(*routes: dict, gateways: tuple[dict, ...] = (), grants: tuple[dict, ...] = ()) -> object:
    edge = gateway("edge", gatewayClassName="envoy")
    for one in (edge, *gateways):
        one["metadata"] = {"namespace": "shop"} | one["metadata"]
    pairs = [service(name) for name in ("a", "b", "c")] + [service("far", "elsewhere")]
    return Objects(
        classes=[{"metadata": {"name": "envoy"}, "spec": {"controllerName": "ingress-lab.dev/envoy"}}],
        gateways=[edge, *gateways],
        routes=list(routes),
        grants=list(grants),
        namespaces=[{"metadata": {"name": "guest", "labels": {"team": "red"}}}],
        services=[pair[0] for pair in pairs],
        slices=[pair[1] for pair in pairs],
    )


def found(*routes: dict, host: str = HOST, **more: tuple[dict, ...]) -> list[dict]:
    """The routes of a virtual host, in Envoy's order."""
    hosts = render(objects(*routes, **more)).routes["virtual_hosts"]
    return next(each["routes"] for each in hosts if host in each["domains"])


EVERYTHING = """
- matches:
    - path: {type: Exact, value: /a}
      method: POST
      headers: [{name: X, value: y}]
      queryParams: [{name: q, value: "1"}]
    - path: {type: RegularExpression, value: "/[0-9]+"}
      headers: [{name: X, type: RegularExpression, value: "a.*"}]
  filters:
    - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: A, value: 5%}], remove: [B]}}
    - {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: A, value: b}]}}
    - {type: URLRewrite, urlRewrite: {hostname: in.example.com, path: {type: ReplaceFullPath, replaceFullPath: /x}}}
    - {type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}, percent: 25}}
    - type: CORS
      cors: {allowOrigins: ["https://*.example.com", "http://a.com"], allowCredentials: true, exposeHeaders: [X]}
  timeouts: {request: 1m30s, backendRequest: 500ms}
  retry: {codes: [503], attempts: 3, backoff: 50ms}
  backendRefs: [{name: a, port: 80, weight: 9}, {name: typo, port: 80}]
- matches: [{path: {value: /old}}]
  filters:
    - type: RequestRedirect
      requestRedirect:
        {scheme: https, hostname: o.com, port: 8443, path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
"""


@pytest.mark.skipif(not wheels.envoy_program(), reason="no wheel of Envoy for this machine")
def test_envoy_reads_what_is_rendered(tmp_path: Path) -> None:
    made = render(objects(route("r", "shop", EVERYTHING), route("w", "*", to("c"))))
    setup = MODULES["render"].bootstrap("127.0.0.1")
    del setup["dynamic_resources"]
    manager = setup["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    del manager["rds"]
    untyped = lambda resource: {key: value for key, value in resource.items() if key != "@type"}  # noqa: E731
    manager["route_config"] = untyped(made.routes) | {"validate_clusters": False}  # as for routes from a file
    setup["static_resources"]["clusters"] = [untyped(cluster) for cluster in made.clusters.values()]
    file = tmp_path / "bootstrap.json"
    file.write_text(json.dumps(setup))
    command = [wheels.envoy_program(), "--mode", "validate", "-c", str(file), "-l", "error"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_config_map_is_the_program() -> None:
    (document,) = yaml.safe_load_all((FOLDER / "4-program.yaml").read_text())
    files = {file.name: file.read_text() for file in maker().files("envoy")}
    assert document["data"] == files, "run: python manifests/controllers/make.py"
    assert [name for name, text in files.items() if len(text.splitlines()) > 200] == []


def test_more_specific_hosts_go_first_and_wider_ones_stand_behind() -> None:
    narrow = route("z", "shop", "[{matches: [{path: {value: /x}}], backendRefs: [{name: a, port: 80}]}]")
    wide = route("a", "*", "[{matches: [{path: {type: Exact, value: /x}}], backendRefs: [{name: b, port: 80}]}]")
    matches = [each["match"] for each in found(wide, narrow)]
    assert [m.get("path_separated_prefix") or m.get("path") for m in matches] == ["/x", "/x"]
    assert "path_separated_prefix" in matches[0]  # that of the full name, though the other is exact


def test_without_a_timeout_a_request_may_take_as_long_as_it_wants() -> None:
    (plain,) = found(route("r", "shop", to("a")))
    assert plain["route"]["timeout"] == "0s"
    (timed_out,) = found(
        route("r", "shop", "[{timeouts: {request: 2s, backendRequest: 500ms}, backendRefs: [{name: a, port: 80}]}]")
    )
    assert timed_out["route"]["timeout"] == "0.5s"


@pytest.mark.parametrize(
    ("written", "value"), [("1m30s", 90), ("500ms", 0.5), ("1h", 3600), ("0s", 0), ("1h2m3s4ms", 3723.004)]
)
def test_durations(written: str, value: float) -> None:
    assert seconds(written) == pytest.approx(value)


def test_only_ready_pods_are_in_a_cluster_and_what_is_missing_has_none() -> None:
    made = render(
        objects(route("r", "shop", "[{backendRefs: [{name: a, port: 80}, {name: typo, port: 80, weight: 3}]}]"))
    )
    (cluster,) = made.clusters.values()
    (endpoint,) = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
    assert endpoint["endpoint"]["address"]["socket_address"] == {"address": "127.0.0.2", "port_value": 8080}
    shares = made.routes["virtual_hosts"][0]["routes"][0]["route"]["weighted_clusters"]["clusters"]
    assert shares == [{"name": "shop/a:80", "weight": 1}, {"name": "missing", "weight": 3}]
    assert made.faults["shop", "r"] == [("BackendNotFound", "there is no Service shop/typo")]


def reason(*routes: dict, **more: tuple[dict, ...]) -> str:
    return render(objects(*routes, **more)).attached[0].reason


def test_who_may_use_a_listener() -> None:
    guest = route("r", "shop", to("a"), "{name: edge, namespace: shop}", namespace="guest")
    assert reason(guest) == "NotAllowedByListeners"
    open_to_all = WEB | {"allowedRoutes": {"namespaces": {"from": "All"}}}
    red = WEB | {"allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "red"}}}}}
    for listener in (open_to_all, red):
        other = gateway("other", listener, gatewayClassName="envoy")
        asks = route("r", "shop", to("a"), "{name: other, namespace: shop}", namespace="guest")
        assert reason(asks, gateways=(other,)) == "Accepted"
    assert reason(route("r", "shop", to("a"), "{name: edge, sectionName: typo}")) == "NoMatchingParent"
    only = gateway("only", WEB | {"hostname": "x.com"}, gatewayClassName="envoy")
    assert reason(route("r", "shop", to("a"), "{name: only}"), gateways=(only,)) == "NoMatchingListenerHostname"


def test_a_grant_opens_a_service_of_another_namespace() -> None:
    far = route("r", "shop", "[{backendRefs: [{name: far, namespace: elsewhere, port: 80}]}]")
    source = {"group": GROUP, "kind": "HTTPRoute", "namespace": "shop"}
    grant = {
        "metadata": {"name": "g", "namespace": "elsewhere"},
        "spec": {"from": [source], "to": [{"kind": "Service"}]},
    }
    assert render(objects(far)).faults["shop", "r"][0][0] == "RefNotPermitted"
    assert render(objects(far, grants=(grant,))).faults["shop", "r"] == []


def test_gateways_of_other_classes_are_left_alone() -> None:
    other = gateway("other", gatewayClassName="traefik")
    assert render(objects(route("r", "shop", to("a"), "{name: other}"), gateways=(other,))).attached == []


def test_a_condition_that_stays_keeps_its_time() -> None:
    wanted = {"conditions": [{"type": "Accepted", "status": "True", "reason": "Accepted"}]}
    first = timed(wanted, {}, "one")
    assert first["conditions"][0]["lastTransitionTime"] == "one"
    assert timed(wanted, first, "two") == first
    turned = {"conditions": [wanted["conditions"][0] | {"status": "False"}]}
    assert timed(turned, first, "two")["conditions"][0]["lastTransitionTime"] == "two"
