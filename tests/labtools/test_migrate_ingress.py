"""Plain Ingresses of class traefik with Middlewares, and what is refused."""

import pytest
from cluster_objects import service
from nginx_ingresses import migrated, nginx, plan, specs

OWN = "traefik.ingress.kubernetes.io/"


def paths(made) -> list[tuple[str, str, str]]:
    rules = [rule for spec in specs(made, "Ingress") for rule in spec["rules"]]
    return [(r.get("host", ""), p["path"], p["pathType"]) for r in rules for p in r["http"]["paths"]]


@pytest.mark.parametrize(
    ("said", "kind", "spec"),
    [
        ({"whitelist_source_range": "10.0.0.0/8, ::1"}, "ipAllowList", {"sourceRange": ["10.0.0.0/8", "::1"]}),
        ({"limit_rpm": "30"}, "rateLimit", {"average": 30, "period": "1m", "burst": 150}),
        ({"limit_connections": "2"}, "inFlightReq",
         {"amount": 2, "sourceCriterion": {"ipStrategy": {"depth": 0}}}),
        ({"proxy_body_size": "8m"}, "buffering", {"maxRequestBodyBytes": 8 << 20}),
        ({"auth_type": "basic", "auth_secret": "users"}, "basicAuth", {"secret": "users", "removeHeader": True}),
        ({"auth_url": "http://auth/"}, "forwardAuth", {"address": "http://auth/"}),
        ({"upstream_vhost": "b.com"}, "headers", {"customRequestHeaders": {"Host": "b.com"}}),
        ({"permanent_redirect": "https://b.com/$1"[:14]}, "redirectRegex",
         {"regex": "^.*$", "replacement": "https://b.com/", "permanent": True}),
        ({"temporal_redirect": "$scheme://b.com$request_uri"}, "redirectRegex",
         {"regex": "^(https?)://([^/:]+)(?::[0-9]+)?(.*)$", "replacement": "${1}://b.com${3}", "permanent": False}),
    ],
)  # fmt: skip
def test_annotations_become_middlewares(said: dict[str, str], kind: str, spec: dict) -> None:
    made = plan("ingress", nginx(**said))
    assert specs(made, "Middleware") == [{kind: spec}] and made.written
    (ingress,) = [obj for obj in made.objects if obj["kind"] == "Ingress"]
    assert ingress["spec"]["ingressClassName"] == "traefik"
    (named,) = [o["metadata"]["name"] for o in made.objects if o["kind"] == "Middleware"]
    assert ingress["metadata"]["annotations"] == {f"{OWN}router.middlewares": f"n-{named}@kubernetescrd"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"denylist_source_range": "10.0.0.0/8"}, "none of denied ones"),
        ({"auth_url": "https://$host/auth"}, "variables of nginx"),
        ({"auth_type": "basic", "auth_secret": "other/users"}, "own namespace only"),
        ({"auth_type": "basic", "auth_secret": "users", "auth_secret_type": "auth-map"}, "one key"),
        ({"auth_tls_secret": "n/ca", "auth_tls_match_cn": "CN=me"}, "not the name in it"),
        ({"configuration_snippet": "deny all;"}, "no other program reads it"),
        ({"satisfy": "any", "whitelist_source_range": "::1"}, "never enough"),
        ({"enable_modsecurity": "true"}, "firewall"),
        ({"permanent_redirect": "https://b.com/$1"}, "variables of nginx"),
        ({"permanent_redirect": "https://b.com/${1}"}, "variables of nginx"),
        ({"backend_protocol": "FCGI"}, "FCGI"),
        ({"ssl_passthrough": "true"}, "IngressRouteTCP"),
        ({"canary": "true", "canary_weight": "5"}, "weights"),
    ],
)
def test_what_would_lose_its_guard_or_its_way_is_not_written(said: dict[str, str], why: str) -> None:
    made = plan("ingress", nginx(**said), service("web"))
    assert not made.objects and why in " ".join(made.refused)


def test_a_detail_is_left_out_and_named() -> None:
    made = plan("ingress", nginx(proxy_read_timeout="60", mirror_target="https://b.com"))
    assert made.written and {use.verdict for use in made.uses.values()} == {"absent"}
    assert all(use.why for use in made.uses.values())


@pytest.mark.parametrize(
    ("path", "target", "rewriting"),
    [
        ("/api(/|$)(.*)", "/$2", [{"replacePathRegex": {"regex": "(?i)^/api(/|$)(.*)", "replacement": "/${2}"}}]),
        ("/api", "/", [{"replacePath": {"path": "/"}}]),
        ("/(.*)", "/$1", []),
    ],
)
def test_rewriting(path: str, target: str, rewriting: list[dict]) -> None:
    made = plan("ingress", nginx(path, "ImplementationSpecific", rewrite_target=target))
    assert specs(made, "Middleware") == rewriting
    assert paths(made) == [("a.com", "/api" if "api" in path else "/", "Prefix")]


@pytest.mark.parametrize("path", ["/(?!admin)(.*)", r"/(a)\1", "/v[0-9]+/(.*)", "/a|/b"])
def test_expressions_that_no_prefix_says_are_refused(path: str) -> None:
    made = plan("ingress", nginx(path, "ImplementationSpecific", use_regex="true"))
    assert not made.objects and "regular expression" in made.refused[0]


def test_tls_sends_plain_http_on_but_not_where_that_is_off() -> None:
    on, off = plan("ingress", nginx(tls=True)), plan("ingress", nginx(tls=True, ssl_redirect="false"))
    assert specs(on, "Middleware") == [{"redirectScheme": {"scheme": "https", "permanent": True}}]
    assert specs(off, "Middleware") == [] and specs(off, "Ingress")[0]["tls"]


def test_two_rewritings_are_two_ingresses_with_one_chain() -> None:
    one, other = nginx("/a(/|$)(.*)", "ImplementationSpecific", rewrite_target="/$2", limit_rps="1"), nginx("/b/(.*)")
    one["spec"]["rules"][0]["http"]["paths"] += other["spec"]["rules"][0]["http"]["paths"]
    one["spec"]["rules"][0]["http"]["paths"][1]["pathType"] = "ImplementationSpecific"
    made = plan("ingress", one)
    names = [(obj["kind"], obj["metadata"]["name"]) for obj in made.objects]
    assert names == [
        ("Middleware", "i-limit-rps"),
        ("Middleware", "i-1-rewrite"),
        ("Ingress", "i-1"),
        ("Middleware", "i-2-rewrite"),
        ("Ingress", "i-2"),
    ]


def test_client_certificates_and_what_nobody_may_say_of_them() -> None:
    made = plan("ingress", nginx(tls=True, auth_tls_secret="n/ca", auth_tls_verify_client="optional"))
    assert specs(made, "TLSOption") == [
        {"clientAuth": {"secretNames": ["ca"], "clientAuthType": "VerifyClientCertIfGiven"}}
    ]
    (removed,) = [s["headers"]["customRequestHeaders"] for s in specs(made, "Middleware") if "headers" in s]
    assert "Ssl-Client-Verify" in removed and set(removed.values()) == {""}
    notes = {o["metadata"]["name"]: o["metadata"]["annotations"] for o in made.objects if o["kind"] == "Ingress"}
    assert notes["i"][f"{OWN}router.tls.options"] == "n-i-mtls@kubernetescrd"
    assert notes["i-http"][f"{OWN}router.entrypoints"] == "web"


def test_a_sticky_cookie_stands_at_the_service() -> None:
    alone = plan("ingress", nginx(affinity="cookie", session_cookie_name="R"))
    assert alone.written and "not among the manifests" in alone.uses["session-cookie-name"].why
    found = migrated(nginx(affinity="cookie", session_cookie_name="R"), service("web"))
    changed = dict(found.objects("ingress"))["services.yaml"]
    assert changed[0]["metadata"]["annotations"][f"{OWN}service.sticky.cookie.name"] == "R"


def test_tls_to_the_application_takes_any_certificate_as_nginx_does() -> None:
    made = plan("ingress", nginx(backend_protocol="HTTPS"), service("web"))
    assert specs(made, "ServersTransport") == [{"insecureSkipVerify": True}]
    assert made.for_services["web"][f"{OWN}service.serversscheme"] == "https"
    assert "serversscheme" in " ".join(plan("ingress", nginx(backend_protocol="HTTPS")).refused)


def test_the_default_backend_of_a_host_and_aliases() -> None:
    one = nginx("/x", server_alias="b.com")
    one["spec"]["defaultBackend"] = {"service": {"name": "rest", "port": {"number": 80}}}
    assert paths(plan("ingress", one)) == [
        (host, path, "Prefix") for host in ("a.com", "b.com") for path in ("/x", "/")
    ]


def test_a_guard_that_would_not_reach_as_far_as_in_nginx_is_refused() -> None:
    """nginx takes /ADMIN and /adminx for the guarded path; here they would be the other Ingress'."""
    open_to_all = nginx("/", name="rest", use_regex="true")
    made = plan("ingress", nginx("/admin", auth_url="http://auth/"), open_to_all)
    assert not made.objects and "Ingress n/rest" in made.refused[0] and "auth-url" in made.refused[0]
    assert plan("provider", nginx("/admin", auth_url="http://auth/"), open_to_all).written
    assert plan("ingress", nginx("/admin", auth_url="http://auth/"), nginx("/b", name="rest", use_regex="true")).written


def test_annotations_of_other_programs_stay_and_defaults_cost_nothing() -> None:
    one = nginx(enable_cors="false", backend_protocol="http", no_such_thing="1")
    one["metadata"]["annotations"] |= {"cert-manager.io/cluster-issuer": "le", "kubernetes.io/ingress.class": "nginx"}
    made = plan("ingress", one)
    assert {use.verdict for use in made.uses.values()} == {"same"}
    assert made.objects[0]["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "le"}
