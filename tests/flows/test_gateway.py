"""The Gateway API: manifests/gateway define it, and the real Traefik serves it and writes statuses."""

import time
from collections.abc import Iterator

import pytest
from gateway_objects import GATEWAY, GROUP, answers, conditions, gateway, install, of_route, remove, route, to, until
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from labcore.errors import Refused, TimedOut
from loopkube.cluster import ClusterInfo


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("gateway-flow")
    begin = time.monotonic()
    made.apply(GATEWAY / "definitions")
    assert time.monotonic() - begin < 10  # a thousand lines of schema are no matter of seconds
    install(made)
    yield made
    remove(made)


def test_class_gateway_and_listener_are_accepted(lab: Lab) -> None:
    lab.wait("gatewayclass/traefik")
    assert conditions(lab.object("gatewayclass/traefik")["status"]) == {"Accepted": "True"}
    status = lab.object("gateway/edge")["status"]
    assert conditions(status) == {"Accepted": "True", "Programmed": "True"}
    assert status["addresses"] == [{"type": "Hostname", "value": "gateway.gateway.svc.cluster.local"}]
    assert {k["kind"] for k in status["listeners"][0]["supportedKinds"]} == {"HTTPRoute", "GRPCRoute"}


def test_exact_before_prefix_and_longer_before_shorter(lab: Lab) -> None:
    """Of an Ingress this Traefik takes the Prefix; here the specification has an order, and Traefik keeps it."""
    rules = """
      - {matches: [{path: {type: PathPrefix, value: /}}], backendRefs: [{name: rest-svc, port: 80}]}
      - {matches: [{path: {type: PathPrefix, value: /a}}], backendRefs: [{name: www-svc, port: 80}]}
      - {matches: [{path: {type: Exact, value: /a}}], backendRefs: [{name: help-svc, port: 80}]}
    """
    lab.apply(route("paths", "paths", rules))
    asked = [f"paths.gateway.example.com{path}" for path in ("/a", "/a/", "/a/b", "/ab", "/")]
    wanted = ["help-svc", "www-svc", "www-svc", "rest-svc", "rest-svc"]
    assert until(lambda: answers(lab, *asked), wanted) == wanted


def test_prefixes_are_replaced_and_redirects_are_fields(lab: Lab) -> None:
    rules = """
      - matches: [{path: {type: PathPrefix, value: /old}}]
        filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}]
        backendRefs: [{name: www-svc, port: 80}]
      - matches: [{path: {type: PathPrefix, value: /gone}}]
        filters:
          - type: RequestRedirect
            requestRedirect: {statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: /here}}
    """
    lab.apply(route("rewrite", "rewrite", rules))
    host = "rewrite.gateway.example.com"
    assert until(lambda: answers(lab, f"{host}/old/a"), ["www-svc"]) == ["www-svc"]
    (seen,) = lab.probe(f"http://{host}/old/a")
    assert seen.path == "/new/a"
    (moved,) = lab.probe(f"http://{host}/gone/b")
    assert (moved.status, moved.location.partition("://")[2].partition("/")[2]) == (301, "here/b")


def test_a_wildcard_stands_for_several_labels(lab: Lab) -> None:
    """For an Ingress it stands for one."""
    lab.apply(route("wild", "*.wild", "[{backendRefs: [{name: wild-svc, port: 80}]}]"))
    hosts = [f"{name}.gateway.example.com/" for name in ("a.wild", "a.b.wild", "wild")]
    assert until(lambda: answers(lab, *hosts), ["wild-svc", "wild-svc", "404"]) == ["wild-svc", "wild-svc", "404"]


def test_headers_methods_queries_and_weights(lab: Lab) -> None:
    rules = """
      - {matches: [{headers: [{name: X-Team, value: red}]}], backendRefs: [{name: team-svc, port: 80}]}
      - {matches: [{method: POST}], backendRefs: [{name: help-svc, port: 80}]}
      - {matches: [{queryParams: [{name: q, value: "1"}]}], backendRefs: [{name: wild-svc, port: 80}]}
      - {backendRefs: [{name: www-svc, port: 80, weight: 3}, {name: rest-svc, port: 80}]}
    """
    lab.apply(route("match", "match", rules))
    host = "match.gateway.example.com/"
    assert until(lambda: answers(lab, host, headers={"X-Team": "red"}), ["team-svc"]) == ["team-svc"]
    assert answers(lab, host, method="POST") == ["help-svc"]
    assert answers(lab, f"{host}?q=1") == ["wild-svc"]
    shares = answers(lab, host, times=40)
    assert (shares.count("www-svc"), shares.count("rest-svc")) == (30, 10)


def test_the_status_names_each_mistake(lab: Lab) -> None:
    """NotAllowedByListeners is in another test: it needs a second namespace."""
    ok = "[{backendRefs: [{name: www-svc, port: 80}]}]"
    lab.apply(gateway("narrow", {"name": "web", "port": 8000, "protocol": "HTTP", "hostname": "only.example.com"}))
    lab.apply(gateway("deaf", {"name": "web", "port": 80, "protocol": "HTTP"}))
    mistakes = {
        "no-section": (route("no-section", "", ok, "{name: edge, sectionName: typo}"), "Accepted", "NoMatchingParent"),
        "no-host": (route("no-host", "other", ok, "{name: narrow}"), "Accepted", "NoMatchingListenerHostname"),
        "no-service": (route("no-service", "x", ok.replace("www", "typo")), "ResolvedRefs", "BackendNotFound"),
        "no-port": (route("no-port", "x", ok.replace("80", "81")), "ResolvedRefs", "BackendNotFound"),
        "no-grant": (
            route("no-grant", "x", "[{backendRefs: [{name: kubernetes, namespace: default, port: 443}]}]"),
            "ResolvedRefs",
            "RefNotPermitted",
        ),
    }
    for obj, _, _ in mistakes.values():
        lab.apply(obj)
    for name, (_, kind, reason) in mistakes.items():
        assert until(lambda n=name, k=kind: of_route(lab, n).get(k), reason) == reason
    listener = lab.object("gateway/deaf")["status"]["listeners"][0]
    assert conditions(listener) == {"Accepted": "PortUnavailable"}
    with pytest.raises(TimedOut, match="not accepted by Gateway narrow: NoMatchingListenerHostname"):
        lab.wait("httproute/no-host", timeout=0.1)
    lab.apply(route("orphan", "x", ok, "{name: nobody}"))
    with pytest.raises(TimedOut, match="no controller has answered for Gateway nobody yet"):
        lab.wait("httproute/orphan", timeout=0.1)
    assert "status" not in lab.object("httproute/orphan")  # whose parent is not there nobody follows


def test_a_listener_takes_routes_of_its_own_namespace_unless_it_says_so(lab: Lab) -> None:
    own = "[{backendRefs: [{name: www-svc, port: 80}]}]"
    parent = f"{{name: shared, namespace: {lab.namespace}}}"
    guest = route("guest", "guest", own, parent, namespace="default")
    listener = {"name": "web", "port": 8000, "protocol": "HTTP"}
    lab.apply(gateway("shared", listener))
    lab.apply(guest)

    def accepted() -> str:
        path = f"/apis/{GROUP}/v1/namespaces/default/httproutes/guest"
        parents = (lab.api.request("get", path).get("status") or {}).get("parents") or [{}]
        return conditions(parents[0]).get("Accepted", "")

    assert until(accepted, "NotAllowedByListeners") == "NotAllowedByListeners"
    lab.apply(gateway("shared", listener | {"allowedRoutes": {"namespaces": {"from": "All"}}}))
    assert until(accepted, "True") == "True"
    lab.delete([guest])


def test_a_grant_opens_a_service_of_another_namespace(lab: Lab) -> None:
    grant = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "open", "namespace": "default"},
        "spec": {
            "from": [{"group": GROUP, "kind": "HTTPRoute", "namespace": lab.namespace}],
            "to": [{"group": "", "kind": "Service"}],
        },
    }
    lab.apply(route("afar", "afar", "[{backendRefs: [{name: kubernetes, namespace: default, port: 443}]}]"))
    assert until(lambda: of_route(lab, "afar").get("ResolvedRefs"), "RefNotPermitted") == "RefNotPermitted"
    lab.apply(grant)
    assert until(lambda: of_route(lab, "afar").get("ResolvedRefs"), "True") == "True"
    lab.delete([grant])


@pytest.mark.parametrize(
    ("extra", "answer"),
    [
        ("timeouts: {request: 1ms}", "www-svc"),
        ("filters: [{type: CORS, cors: {allowOrigins: [http://shop.example.com]}}]", "500"),
        ("filters: [{type: RequestMirror, requestMirror: {backendRef: {name: help-svc, port: 80}}}]", "500"),
    ],
    ids=["timeouts", "cors", "mirror"],
)
def test_what_traefik_does_not_support_is_accepted_all_the_same(lab: Lab, extra: str, answer: str) -> None:
    """No word in the status: its conformance report is where it is said. A filter that it lacks answers 500."""
    name = f"extra-{answer[0]}"
    lab.apply(route(name, name, f"[{{{extra}, backendRefs: [{{name: www-svc, port: 80}}]}}]"))
    url = f"{name}.gateway.example.com/"
    assert until(lambda: answers(lab, url), [answer]) == [answer]
    assert of_route(lab, name) == {"Accepted": "True", "ResolvedRefs": "True"}


def test_defaults_of_the_definitions_are_filled_in(lab: Lab) -> None:
    obj = route("default", "default", "[{backendRefs: [{name: www-svc, port: 80}]}]")
    lab.apply(obj)
    lab.wait("httproute/default")
    spec = lab.object("httproute/default")["spec"]
    assert spec["parentRefs"][0] == {"group": GROUP, "kind": "Gateway", "name": "edge"}
    assert spec["rules"][0]["backendRefs"][0]["weight"] == 1
    assert spec["rules"][0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]


def test_the_rules_of_the_definitions_refuse(lab: Lab) -> None:
    with pytest.raises(Refused, match="must not contain '//' when type one of"):
        lab.apply(route("bad", "bad", "[{matches: [{path: {value: //a}}]}]"))
    with pytest.raises(Refused, match="Must have port for Service reference"):
        lab.apply(route("bad", "bad", "[{backendRefs: [{name: www-svc}]}]"))
    with pytest.raises(Refused, match=r"filter\.urlRewrite must be specified for URLRewrite filter.type"):
        lab.apply(route("bad", "bad", "[{filters: [{type: URLRewrite}]}]"))
    with pytest.raises(Refused, match="tls must not be specified for protocols"):
        tls = {"certificateRefs": [{"name": "x"}]}
        lab.apply(gateway("bad", {"name": "web", "port": 8000, "protocol": "HTTP", "tls": tls}))


def test_a_secret_of_another_namespace_needs_a_grant(lab: Lab) -> None:
    """Without it the listener is not served, and a route there is told NoMatchingParent."""
    secret = authority("Lab").issue("tls.gateway.example.com").secret("shop-tls")
    secret["metadata"]["namespace"] = "default"
    tls = {"certificateRefs": [{"name": "shop-tls", "namespace": "default"}]}
    lab.apply([secret, gateway("secure", {"name": "tls", "port": 8443, "protocol": "HTTPS", "tls": tls})])
    lab.apply(route("secure", "tls", to("www-svc"), "{name: secure}"))

    def listener() -> str:
        (status,) = (lab.object("gateway/secure").get("status") or {}).get("listeners") or [{}]
        return conditions(status).get("ResolvedRefs", "")

    assert until(listener, "RefNotPermitted") == "RefNotPermitted"
    assert until(lambda: of_route(lab, "secure").get("Accepted"), "NoMatchingParent") == "NoMatchingParent"
    fault = lab.explain("https://tls.gateway.example.com/").fault
    assert fault is not None and "default/shop-tls: missing ReferenceGrant" in fault.why
    lab.apply(fault.fix.partition("echo '")[2].partition("'")[0])  # the grant that it proposes
    assert until(listener, "True") == "True"
    assert until(lambda: of_route(lab, "secure").get("Accepted"), "True") == "True"
    for path in (
        "api/v1/namespaces/default/secrets/shop-tls",
        f"apis/{GROUP}/v1/namespaces/default/referencegrants/secure",
    ):
        lab.api.request("delete", f"/{path}")


@pytest.mark.long
def test_without_one_definition_nothing_is_served_and_the_pod_is_ready(lab: Lab) -> None:
    """Nobody uses a TLSRoute; Traefik waits for the kind all the same, and its log alone says so."""
    lab.delete("crd/tlsroutes.gateway.networking.k8s.io")
    pods = "/api/v1/namespaces/gateway/pods"
    (old,) = lab.api.request("get", pods)["items"]
    lab.api.request("delete", f"{pods}/{old['metadata']['name']}")

    def new() -> dict:
        found = lab.api.request("get", pods)["items"]
        return found[0] if len(found) == 1 and found[0]["metadata"]["uid"] != old["metadata"]["uid"] else {"status": {}}

    assert until(lambda: conditions(new()["status"]).get("Ready"), "True") == "True"
    lost = "failed to list *v1.TLSRoute: the server could not find the requested resource"
    log = f"{pods}/{new()['metadata']['name']}/log"
    assert until(lambda: lost in lab.api.request("get", log), True)
    lab.apply(route("late", "late", to("www-svc")))
    time.sleep(1)  # that nothing happens, nobody tells
    assert (of_route(lab, "late"), answers(lab, "late.gateway.example.com/")) == ({}, ["404"])
    assert "not defined: tlsroutes" in str(lab.doctor())
    lab.apply(GATEWAY / "definitions")
    assert until(lambda: answers(lab, "late.gateway.example.com/"), ["www-svc"]) == ["www-svc"]
