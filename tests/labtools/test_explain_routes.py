"""Explanations at a Gateway from objects alone: who takes a request, by which order, and what each reason means."""

import itertools

import pytest
from cluster_objects import NAMESPACE, ingress, objects, ready, service
from gateway_objects import WEB, gateway, route, to
from ingress_lab.http.answers import Answer
from labtools.explain.findings import read
from labtools.explain.routes import steps
from labtools.explain.routes.explanation import RouteExplanation
from labtools.explain.routes.gateways import Gateways
from labtools.traefik.objects import Objects

HOST = "shop.gateway.example.com"
CLASS = {
    "kind": "GatewayClass",
    "metadata": {"name": "traefik"},
    "spec": {"controllerName": "traefik.io/gateway-controller"},
}
ACCEPTED = [{"type": "Accepted", "status": "True", "reason": "Accepted"}]
CONTROLLER = {
    "kind": "Pod",
    "metadata": {"name": "gateway-1", "namespace": "gateway", "labels": {"app": "gateway"}},
    "spec": {
        "containers": [
            {"image": "traefik:v3.7", "args": ["--providers.kubernetesgateway", "--entrypoints.web.address=:8000"]}
        ]
    },
}


def explained(url: str, *found: dict, seen: Answer | None = None, more: tuple[dict, ...] = ()) -> RouteExplanation:
    """With the class, a Gateway `edge`, the Services a, b and c, and statuses of accepted routes."""
    these = [CLASS, gateway("edge"), *found]
    for number, obj in enumerate(these):
        meta = {"namespace": NAMESPACE, "creationTimestamp": f"2026-01-01T00:00:{number:02}Z"}
        obj["metadata"] = meta | obj["metadata"] if obj["kind"] != "GatewayClass" else obj["metadata"]
        if obj["kind"] == "HTTPRoute":
            parents = [{"parentRef": ref, "conditions": ACCEPTED} for ref in obj["spec"]["parentRefs"]]
            obj.setdefault("status", {"parents": parents})
    every = objects(*ready("a", "b", "c"), CONTROLLER, *more)
    findings = steps.at_gateway(read(url, every, namespace=NAMESPACE), Gateways.of(these))
    assert findings is not None
    findings.seen = seen
    return steps.written(findings)


def rule(service_name: str, **match: object) -> str:
    return f"{{matches: [{match}], backendRefs: [{{name: {service_name}, port: 80}}]}}"


ORDERS = [  # the first goes before the second by the specification
    ({"path": {"type": "Exact", "value": "/x"}}, {"path": {"value": "/x"}}),
    ({"path": {"value": "/x"}}, {"path": {"value": "/"}}),
    ({"method": "GET"}, {"queryParams": [{"name": "q", "value": "1"}]}),
    (
        {"queryParams": [{"name": "q", "value": "1"}, {"name": "r", "value": "2"}]},
        {"queryParams": [{"name": "q", "value": "1"}]},
    ),
    ({"path": {"value": "/x"}}, {"method": "GET"}),
]


@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_the_order_of_the_specification(first: dict, second: dict) -> None:
    for pair in itertools.permutations([rule("a", **first), rule("b", **second)]):
        said = explained(f"http://{HOST}/x?q=1&r=2", route("shop", "shop", f"[{', '.join(pair)}]"))
        assert (said.api, said.controller) == ("a", "a")


def test_of_two_alike_the_older_route_and_the_first_rule_win() -> None:
    older, newer = route("z", "shop", to("a")), route("a", "shop", to("b"))
    assert explained(f"http://{HOST}/", older, newer).api == "a"
    assert explained(f"http://{HOST}/", route("shop", "shop", f"[{rule('a')}, {rule('b')}]")).api == "a"


def test_traefik_weighs_the_path_more_than_the_host() -> None:
    """Seen on Traefik 3.7.15 (tests/flows/test_explain_gateway.py); the specification looks at the host first."""
    said = explained(
        f"http://{HOST}/x",
        route("narrow", "shop", to("a")),
        route("wide", "*", f"[{rule('b', path={'type': 'Exact', 'value': '/x'})}]"),
    )
    assert (said.api, said.controller) == ("a", "b")
    assert "whose host is more specific" in said.text


@pytest.mark.parametrize(
    ("host", "asked", "fits"),
    [
        ("*.wild", "a.b.wild.gateway.example.com", True),
        ("*.wild", "wild.gateway.example.com", False),
        ("", "anything.example.org", True),
    ],
)
def test_hosts(host: str, asked: str, fits: bool) -> None:
    others = route("other", "wild", to("b"))
    assert (explained(f"http://{asked}/", route("shop", host, to("a")), others).api == "a") is fits


def refused(link: str, *words: str) -> tuple[str, tuple[str, ...]]:
    return link, words


CLOSED = gateway("closed") | {"metadata": {"name": "closed", "namespace": "elsewhere"}}
REASONS: dict[str, tuple[dict, list[dict], tuple[str, tuple[str, ...]]]] = {
    "no Gateway": (
        route("r", "shop", to("a"), "{name: edgy}"), [],
        refused("Gateway", "edgy, which is not there", '"/spec/parentRefs/0/name", "value": "edge"'),
    ),
    "no class": (
        route("r", "shop", to("a"), "{name: other}"), [gateway("other", gatewayClassName="traefic")],
        refused("Gateway", "GatewayClass traefic, which is not there", '"value": "traefik"'),
    ),
    "NoMatchingParent": (
        route("r", "shop", to("a"), "{name: edge, sectionName: wep}"), [],
        refused("Listener", "wep of Gateway edge, which has web (8000)", '"value": "web"'),
    ),
    "NotAllowedByListeners": (
        route("r", "shop", to("a"), "{name: closed, namespace: elsewhere}"), [CLOSED],
        refused("HTTPRoute", "NotAllowedByListeners", '"value": {"namespaces": {"from": "All"}}'),
    ),
    "NoMatchingListenerHostname": (
        route("r", "shop", to("a"), "{name: only}"), [gateway("only", WEB | {"hostname": "only.example.com"})],
        refused("HTTPRoute", "no host in common", '"value": "*.gateway.example.com"'),
    ),
    "RefNotPermitted": (
        route("r", "shop", "[{backendRefs: [{name: a, namespace: far, port: 80}]}]"), [],
        refused("Service", "no ReferenceGrant there", '"kind": "ReferenceGrant"', "kubectl apply -f -"),
    ),
    "no Service": (
        route("r", "shop", to("aa")), [],
        refused("Service", "BackendNotFound", '"/spec/rules/0/backendRefs/0/name", "value": "a"'),
    ),
    "no port": (
        route("r", "shop", to("a", 81)), [],
        refused("Port", "asks for port 81 of Service a, which has 80", '"value": 80'),
    ),
    "no path": (
        route("r", "shop", f"[{rule('a', path={'value': '/only'})}]"), [],
        refused("Rule", "rule 1 of HTTPRoute r (PathPrefix /only): another path"),
    ),
    "no header": (
        route("r", "shop", f"[{rule('a', headers=[{'name': 'X', 'value': 'y'}])}]"), [],
        refused("Rule", "a header is missing"),
    ),
    "no filter": (
        route("r", "shop", "[{filters: [{type: CORS, cors: {}}], backendRefs: [{name: a, port: 80}]}]"), [],
        refused("Rule", "Traefik has no filter CORS", "answers 500"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_named_with_what_fixes_it(reason: str) -> None:
    obj, others, (link, words) = REASONS[reason]
    said = explained(f"http://{HOST}/", *others, obj, route("other", "other", to("b")))
    assert said.fault is not None
    assert said.fault.link == link
    for word in words:
        assert word in said.text
    assert said.chain.broken is not None or link == "Rule"


def test_a_port_that_is_no_entry_point_has_the_controllers_own_words() -> None:
    deaf = gateway("deaf", WEB | {"port": 80})
    wrong = {"type": "Accepted", "status": "False", "reason": "PortUnavailable", "message": "no matching entryPoint"}
    deaf["status"] = {"listeners": [{"name": "web", "conditions": [wrong]}]}
    said = explained(f"http://{HOST}/", deaf, route("r", "shop", to("a"), "{name: deaf}"))
    assert said.fault is not None and said.fault.link == "Listener"
    assert "no matching entryPoint" in said.text and '"/spec/listeners/0/port", "value": 8000' in said.text


def test_a_route_without_a_status_has_no_controller() -> None:
    said = explained(f"http://{HOST}/", route("r", "shop", to("a")) | {"status": {}})
    assert said.fault is not None and said.fault.link == "Controller"
    assert "No controller has written the status of HTTPRoute r" in said.text


def test_a_grant_opens_a_service_of_another_namespace() -> None:
    grant = {
        "kind": "ReferenceGrant",
        "metadata": {"name": "open", "namespace": "far"},
        "spec": {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": NAMESPACE}],
            "to": [{"group": "", "kind": "Service"}],
        },
    }
    obj = route("r", "shop", "[{backendRefs: [{name: a, namespace: far, port: 80}]}]")
    said = explained(f"http://{HOST}/", grant, obj, more=(service("a", namespace="far"),))
    assert said.fault is not None and said.fault.link == "EndpointSlice"  # the Service is looked at: it has no Pod


def test_an_answer_of_the_application_is_its_own() -> None:
    seen = Answer(f"http://{HOST}/", 404, service="a", path="/")
    said = explained(f"http://{HOST}/", route("r", "shop", to("a")), seen=seen)
    assert said.fault is not None and said.fault.link == "Application"
    assert said.answered_by == "a"


def test_a_host_without_any_route() -> None:
    said = explained("http://nobody.example.org/", route("r", "", to("a")), route("s", "shop", to("b")))
    assert said.api == "a"  # a route without hosts has every host
    by_entry = ingress(("*.gateway.example.com", "/", "Prefix", "gateway"), namespace="gateway")
    behind = {"kind": "Service", "metadata": {"name": "gateway", "namespace": "gateway"}}
    behind["spec"] = {"selector": {"app": "gateway"}, "ports": [{"name": "http", "port": 80}]}
    for scheme in ("http", "https"):  # TLS ends at the entry
        url = f"{scheme}://nobody.gateway.example.com/"
        said = explained(url, route("s", "shop", to("b")), more=(by_entry, behind))
        assert said.fault is not None and "No HTTPRoute has the host nobody" in said.fault.why
        assert "ask for shop.gateway.example.com" in said.fault.fix
        assert explained(url.replace("nobody", "shop"), route("s", "shop", to("b")), more=(by_entry, behind)).api == "b"


def test_of_several_refused_routes_the_one_with_this_very_host_is_named() -> None:
    any_host = route("any", "", to("a"), "{name: edge, sectionName: typo}")
    wide, narrow = route("wide", "*", to("a"), "{name: edgy}"), route("narrow", "shop", to("a"), "{name: edgier}")
    for order in itertools.permutations([any_host, wide, narrow]):
        said = explained(f"http://{HOST}/", *order)
        assert said.fault is not None and "HTTPRoute narrow names the Gateway edgier" in said.fault.why


def test_a_parent_of_another_kind_is_nobodys_gateway() -> None:
    mesh = route("r", "shop", to("a"), "{name: a, kind: Service, group: ''}")
    assert explained(f"http://{HOST}/", mesh, route("s", "shop", to("b"))).api == "b"


def test_an_answer_that_came_too_late_names_the_rules_timeout() -> None:
    obj = route("r", "shop", "[{timeouts: {request: 1s}, backendRefs: [{name: a, port: 80}]}]")
    said = explained(f"http://{HOST}/", obj, seen=Answer(f"http://{HOST}/", 504, text="upstream request timeout"))
    assert said.fault is not None and "more time than the rule does (request: 1s)" in said.fault.fix


def test_timeouts_are_said_to_do_nothing() -> None:
    obj = route("r", "shop", "[{timeouts: {request: 1s}, backendRefs: [{name: a, port: 80}]}]")
    said = explained(f"http://{HOST}/", obj)
    assert said.fault is None and "Traefik does not support them" in said.text


def test_an_ingress_keeps_its_own_explanation() -> None:
    findings = read("http://a.com/", Objects.of([]))
    assert steps.at_gateway(findings, Gateways.of([])) is None
