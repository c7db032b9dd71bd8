"""Ingresses as HTTPRoutes, and what is named as left."""

import json
from pathlib import Path

import pytest
from cluster_objects import ingress, service
from ingress_lab import manifests

MANIFESTS = Path(__file__).parents[2] / "manifests" / "url-mapping"
N = "nginx.ingress.kubernetes.io/"


def converted(*objects: dict, **options: str) -> manifests.HttpRoutes:
    return manifests.httproutes([{"apiVersion": "v1"} | o for o in objects], **options)


def nginx(path: str = "/x", path_type: str = "Prefix", name: str = "i", service: str = "web", **said: str) -> dict:
    notes = {N + key.replace("_", "-"): value for key, value in said.items()}
    return ingress(("a.com", path, path_type, service), name=name, class_name="nginx", annotations=notes)


def left(found: manifests.HttpRoutes) -> dict[str, str]:
    return {one.what: one.why for one in found.left}


def test_the_routes_of_notebook_07() -> None:
    found = manifests.httproutes(MANIFESTS / "ingress.yaml", gateway="traefik", gateway_namespace="gw")
    assert [(r["metadata"]["name"], r["spec"]["hostnames"]) for r in found] == [
        ("url-mapping-1", ["abc.sample.com"]),
        ("url-mapping-2", ["xyz.sample.com"]),
    ]
    assert found.routes[0]["spec"]["parentRefs"] == [{"name": "traefik", "namespace": "gw"}]
    assert found.routes[0]["spec"]["rules"][1] == {
        "matches": [{"path": {"type": "PathPrefix", "value": "/apl2"}}],
        "backendRefs": [{"name": "nginx-svc", "port": 9080}],
    }
    assert found.left == [] and "kind: HTTPRoute" in found.text


def test_exact_wildcard_default_and_named_ports() -> None:
    rules = ingress(("*.a.com", "/x", "Exact", "web"), default="rest", port={"name": "http"})
    found = converted(rules, service("web"))
    assert found.routes[0]["spec"]["rules"][0] == {
        "matches": [{"path": {"type": "Exact", "value": "/x"}}],
        "backendRefs": [{"name": "web", "port": 80}],
    }
    assert "hostnames" not in found.routes[1]["spec"]
    assert "one label or more" in left(found)["host *.a.com"]
    assert "by number" in left(converted(rules))["port http of Service web"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"affinity": "cookie"}, "HTTPRoute v1 has no session affinity"),
        ({"session_cookie_name": "route"}, "HTTPRoute v1 has no session affinity"),
        ({"force_ssl_redirect": "true"}, "listener"),
        ({"limit_rps": "5"}, "does not limit requests"),
        ({"canary_by_cookie": "x"}, "matches headers"),
    ],
)
def test_what_has_no_place_is_named(said: dict[str, str], why: str) -> None:
    found = converted(nginx(**said))
    assert len(found.routes) == 1 and why in found.left[0].why
    assert found.not_converted["what"].tolist() == [N + next(iter(said)).replace("_", "-")]


def test_regular_expressions_and_capture_groups_are_named() -> None:
    found = converted(nginx("/a[0-9]+", "ImplementationSpecific", use_regex="true"))
    assert found.routes == [] and "regular expression" in left(found)["path /a[0-9]+"]
    found = converted(nginx("/a/(.*)/b", "ImplementationSpecific", rewrite_target="/$1"))
    assert found.routes == [] and "no capture groups" in json.dumps(left(found))


def test_rewriting() -> None:
    rest = converted(nginx("/apl2(/|$)(.*)", "ImplementationSpecific", rewrite_target="/new/$2"))
    assert rest.routes[0]["spec"]["rules"][0]["matches"][0]["path"] == {"type": "PathPrefix", "value": "/apl2"}
    change = {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/new"}
    assert rest.routes[0]["spec"]["rules"][0]["filters"] == [{"type": "URLRewrite", "urlRewrite": {"path": change}}]
    assert "ReplacePrefixMatch" in json.dumps(left(rest))
    whole = converted(nginx(rewrite_target="/")).routes[0]["spec"]["rules"][0]["filters"][0]["urlRewrite"]["path"]
    assert whole == {"type": "ReplaceFullPath", "replaceFullPath": "/"}


def test_redirects_ask_no_backend() -> None:
    (rule,) = converted(nginx(permanent_redirect="https://b.com:8443/new")).routes[0]["spec"]["rules"]
    assert "backendRefs" not in rule and rule["filters"][0]["requestRedirect"] == {
        "statusCode": 301,
        "scheme": "https",
        "hostname": "b.com",
        "port": 8443,
        "path": {"type": "ReplaceFullPath", "replaceFullPath": "/new"},
    }


def test_canaries_become_weights_and_header_matches() -> None:
    canary = nginx(name="c", service="new", canary="true", canary_weight="20", canary_by_header="X-New")
    (route,) = converted(nginx(), canary).routes
    by_header, never, shared = route["spec"]["rules"]
    assert [b["name"] for b in never["backendRefs"]] == ["web"]
    assert never["matches"][0]["headers"] == [{"name": "X-New", "value": "never"}]
    assert by_header["matches"][0]["headers"] == [{"name": "X-New", "value": "always"}]
    assert [(b["name"], b.get("weight")) for b in by_header["backendRefs"]] == [("new", None)]
    assert [(b["name"], b["weight"]) for b in shared["backendRefs"]] == [("web", 80), ("new", 20)]


def test_tls_belongs_to_the_gateway_and_other_dialects_are_named() -> None:
    found = converted(ingress(("a.com", "/", "Prefix", "web"), tls=True, annotations={f"{N}affinity": "cookie"}))
    assert "certificateRefs s" in left(found)["spec.tls for a.com"]
    assert "this class does not read it" in left(found)[f"{N}affinity"]
    assert "HTTPRoute" in found._repr_mimebundle_()["text/html"]
