"""Traefik's provider and HTTPRoutes, and what several Ingresses say together."""

import pytest
from cluster_objects import service
from labtools.migrate.migration import converted
from nginx_ingresses import migrated, nginx, plan, specs

N = "nginx.ingress.kubernetes.io/"


def test_the_provider_keeps_what_it_reads() -> None:
    made = plan("provider", nginx(limit_rps="5", mirror_target="https://b.com", enable_cors="true"))
    assert made.objects[0]["metadata"]["annotations"] == {f"{N}limit-rps": "5", f"{N}enable-cors": "true"}
    assert made.objects[0]["spec"]["ingressClassName"] == "nginx"


@pytest.mark.parametrize(
    ("path", "path_type", "said", "why"),
    [
        ("/(?!admin)(.*)", "ImplementationSpecific", {"use_regex": "true"}, "PCRE"),
        ("/a(/|$)(.*)", "Prefix", {"use_regex": "true"}, "ImplementationSpecific"),
        ("/", "Prefix", {"denylist_source_range": "::1"}, "none of denied ones"),
        ("/", "Prefix", {"permanent_redirect": "https://b.com$request_uri"}, "does not fill in"),
        ("/", "Prefix", {"configuration_snippet": "limit_except GET { deny all; }"}, "limit_except"),
        ("/", "Prefix", {"backend_protocol": "FCGI"}, "FCGI"),
        ("/", "Prefix", {"configuration_snippet": "proxy_set_header X-Id $request_id;"}, "not fill in: $request_id"),
        ("/", "Prefix", {"auth_url": "https://$host/auth?id=${connection}"}, "not fill in: $connection"),
        ("/", "Prefix", {"upstream_vhost": "$service_name.$pod.svc"}, "not fill in: $pod"),
        ("/", "Prefix", {"server_alias": "~^.*\\.b\\.com$"}, "as a name"),
    ],
)
def test_the_provider_refuses(path: str, path_type: str, said: dict[str, str], why: str) -> None:
    made = plan("provider", nginx(path, path_type, **said))
    assert not made.objects and why in " ".join(made.refused)


def test_the_provider_reads_some_snippets_with_a_flag() -> None:
    made = plan("provider", nginx(configuration_snippet='# a note;\nmore_set_headers "X-A: b; c";\nset $a "{";'))
    assert made.written and any("allowsnippetannotations" in need for need in made.needs)


def test_rewriting_of_a_part_and_of_the_whole_path() -> None:
    assert plan("provider", nginx("/a", rewrite_target="/")).uses["rewrite-target"].verdict == "different"
    whole = nginx("/a(/|$)(.*)", "ImplementationSpecific", rewrite_target="/$2")
    assert plan("provider", whole).uses["rewrite-target"].verdict == "same"


def test_routes_with_redirects_headers_and_the_listener_for_https() -> None:
    made = plan("gateway", nginx("/", tls=True, app_root="/app", from_to_www_redirect="true"))
    main, http, www = made.objects
    assert main["spec"]["parentRefs"] == [{"name": "lab", "sectionName": "https"}]
    root, _ = main["spec"]["rules"]
    assert root["matches"][0]["path"] == {"type": "Exact", "value": "/"}
    assert root["filters"][0]["requestRedirect"]["path"]["replaceFullPath"] == "/app"
    assert http["spec"]["rules"][0]["filters"][0]["requestRedirect"] == {"scheme": "https", "statusCode": 308}
    assert http["spec"]["parentRefs"] == [{"name": "lab", "sectionName": "http"}]
    assert www["spec"]["hostnames"] == ["www.a.com"]


def test_a_gateway_of_each_namespace_has_the_secrets() -> None:
    found = migrated(nginx(tls=True))
    (gateway,) = dict(found.objects("gateway"))["gateways.yaml"]
    assert gateway["metadata"] == {"name": "lab", "namespace": "n"}
    assert gateway["spec"]["listeners"][1]["tls"]["certificateRefs"] == [{"kind": "Secret", "group": "", "name": "s"}]


def test_regular_expressions_as_traefik_reads_them_in_a_route() -> None:
    made = plan("gateway", nginx("/v[0-9]+", "ImplementationSpecific", use_regex="true"))
    assert specs(made, "HTTPRoute")[0]["rules"][0]["matches"][0]["path"] == {
        "type": "RegularExpression",
        "value": "(?i)^/v[0-9]+",
    }


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"auth_url": "http://auth/"}, "external authentication"),
        ({"whitelist_source_range": "::1"}, "addresses"),
        ({"rewrite_target": "/x/$1/y"}, "capture groups"),
        ({"permanent_redirect": "https://b.com/?a=b"}, "not to a query"),
        ({"permanent_redirect": "https://b.com", "permanent_redirect_code": "300"}, "code 300"),
        ({"backend_protocol": "HTTPS"}, "BackendTLSPolicy"),
        ({"server_alias": "~^b$"}, "names only"),
    ],
)
def test_routes_that_would_answer_otherwise_are_not_written(said: dict[str, str], why: str) -> None:
    made = plan("gateway", nginx("/(.*)", "ImplementationSpecific", **said), service("web"))
    assert not made.objects and why in " ".join(made.refused)


def test_canaries_stand_in_the_route_of_their_main_ingress() -> None:
    canary = nginx(name="c", service="new", canary="true", canary_weight="20", limit_rps="5")
    found = migrated(nginx(), canary)
    main, beside = found.plans["gateway"]
    refs = main.objects[0]["spec"]["rules"][0]["backendRefs"]
    assert [(ref["name"], ref["weight"]) for ref in refs] == [("web", 80), ("new", 20)]
    assert not beside.refused and beside.uses["limit-rps"].verdict == "same"
    by_cookie = migrated(
        nginx(), nginx(name="c", service="new", canary="true", canary_by_cookie="x", canary_weight="9")
    )
    main, beside = by_cookie.plans["gateway"]
    assert beside.refused and "weight" not in main.objects[0]["spec"]["rules"][0]["backendRefs"][0]
    (alone,) = migrated(nginx(canary="true")).plans["gateway"]
    assert "no Ingress here" in alone.refused[0]


@pytest.mark.parametrize(
    ("objects", "why"),
    [
        ([nginx("/a", name="x", rewrite_target="/"), nginx("/b", name="y")], "those of n/y too"),
        ([nginx("/a", name="x"), nginx("/a", name="y")], "both claim the path /a"),
        (
            [nginx("/a", name="x", ssl_ciphers="A"), nginx("/b", name="y", ssl_ciphers="B")],
            "the oldest Ingress decides",
        ),
        ([nginx("/a/")], "without the last slash"),
        ([nginx("/a", "ImplementationSpecific")], "beginning of a path"),
        ([nginx("/a", host="b.com", tls=True)], "spec.tls names a.com"),
        ([nginx("/a", canary="true")], "it is a canary"),
    ],
)
def test_what_no_single_annotation_says_is_noted(objects: list[dict], why: str) -> None:
    assert why in " ".join(note.text for note in migrated(*objects).notes)


def test_a_host_without_surprises_has_no_notes() -> None:
    assert migrated(nginx("/a", name="x"), nginx("/b", "Exact", name="y")).notes == []


def test_objects_in_memory_become_those_to_apply() -> None:
    made = converted([nginx(affinity="cookie"), service("web"), nginx(name="x", satisfy="any")], "ingress")
    assert [obj["kind"] for obj in made.objects] == ["Ingress", "Service"]
    assert len(made.sentences) == 1 and made.sentences[0].startswith("n/x: satisfy")


@pytest.mark.parametrize(
    ("candidate", "path", "said", "name", "verdict"),
    [
        ("provider", "/x", {"rewrite_target": "/$2", "use_regex": "true"}, "rewrite-target", "different"),
        ("provider", "/", {"rewrite_target": "/"}, "rewrite-target", "same"),
        ("ingress", "/", {"ssl_redirect": "false"}, "ssl-redirect", "same"),
        ("provider", "/", {"proxy_body_size": "8m"}, "proxy-body-size", "same"),
        ("provider", "/", {"proxy_body_size": "8m", "proxy_request_buffering": "off"}, "proxy-body-size", "absent"),
        ("provider", "/", {"force_ssl_redirect": "true"}, "force-ssl-redirect", "different"),
        ("provider", "/", {"force_ssl_redirect": "true", "preserve_trailing_slash": "true"},
         "force-ssl-redirect", "same"),
        ("ingress", "/", {"auth_type": "basic", "auth_secret": "s", "auth_realm": "x"}, "auth-type", "same"),
        ("provider", "/", {"canary": "true", "canary_by_header": "x", "canary_by_header_pattern": "(?!a)"},
         "canary-by-header-pattern", "absent"),
        ("ingress", "/", {"permanent_redirect": "https://b.com", "permanent_redirect_code": "308"},
         "permanent-redirect-code", "different"),
        ("provider", "/", {"permanent_redirect": "https://b.com$request_uri", "temporal_redirect": "https://c.com"},
         "permanent-redirect", "same"),
        ("gateway", "/x", {"rewrite_target": "/$2"}, "rewrite-target", "absent"),
        ("provider", "/", {"affinity": "cookie", "affinity_mode": "persistent"}, "affinity-mode", "same"),
        ("provider", "/", {"affinity": "cookie", "affinity_mode": "balanced"}, "affinity-mode", "unseen"),
        ("ingress", "/", {"affinity": "cookie", "affinity_mode": "balanced"}, "affinity-mode", "absent"),
        ("ingress", "/", {"affinity": "cookie", "session_cookie_hash": "md5"}, "session-cookie-hash", "same"),
        ("gateway", "/", {"affinity": "cookie", "upstream_hash_by": "$host"}, "upstream-hash-by", "same"),
        ("gateway", "/", {"upstream_hash_by": "$host"}, "upstream-hash-by", "absent"),
        ("ingress", "/", {"proxy_request_buffering": "on"}, "proxy-request-buffering", "absent"),
        ("ingress", "/", {"proxy_request_buffering": "off"}, "proxy-request-buffering", "same"),
        ("provider", "/", {"proxy_request_buffering": "on"}, "proxy-request-buffering", "same"),
        ("gateway", "/", {"permanent_redirect": "https://b.com$request_uri"}, "permanent-redirect", "same"),
        ("gateway", "/", {"permanent_redirect": "https://b.com/x"}, "permanent-redirect", "different"),
    ],
)  # fmt: skip
def test_a_verdict_depends_on_the_value_and_on_those_beside_it(
    candidate: str, path: str, said: dict[str, str], name: str, verdict: str
) -> None:
    assert plan(candidate, nginx(path, "ImplementationSpecific", **said)).uses[name].verdict == verdict


def test_a_rewrite_to_a_url_is_a_redirect_and_no_path() -> None:
    (route,) = specs(plan("gateway", nginx("/a", rewrite_target="https://b.com/c")), "HTTPRoute")
    (only,) = route["rules"]
    asked = only["filters"][0]["requestRedirect"]
    assert (asked["hostname"], asked["statusCode"], asked["path"]["replaceFullPath"]) == ("b.com", 302, "/c")
    assert "backendRefs" not in only
    for target in ("https://b.com/$1", "/c?d=e"):
        made = plan("gateway", nginx("/a/(.*)", "ImplementationSpecific", rewrite_target=target))
        assert not made.objects and target in made.refused[0]


def test_a_redirect_of_a_path_that_ends_lets_a_query_follow() -> None:
    """Traefik's provider looks for the path in the whole URL."""
    said = {"use_regex": "true", "permanent_redirect": "https://b.com/c"}
    for path, written in (("/a$", r"/a(\?.*)?$"), ("/a/.*$", "/a/.*$"), ("/a/(.*)$", "/a/(.*)$"), (r"/a\$", r"/a\$")):
        (made,) = specs(plan("provider", nginx(path, "ImplementationSpecific", **said)), "Ingress")
        assert made["rules"][0]["http"]["paths"][0]["path"] == written
    (same,) = specs(plan("provider", nginx("/a$", "ImplementationSpecific", use_regex="true")), "Ingress")
    assert same["rules"][0]["http"]["paths"][0]["path"] == "/a$"


@pytest.mark.parametrize("candidate", ["provider", "ingress", "gateway"])
def test_a_redirect_of_a_host_without_a_root_counts_for_all_of_it(candidate: str) -> None:
    alone = nginx("/a", permanent_redirect="https://b.com/c")
    assert "all other paths of the host" in " ".join(plan(candidate, alone).differs)
    for other in (nginx("/", permanent_redirect="https://b.com/c"), alone):
        beside = [] if other is not alone else [nginx("/", name="rest")]
        assert plan(candidate, other, *beside).differs == []


@pytest.mark.parametrize("name", ["permanent_redirect", "temporal_redirect"])
def test_a_redirect_to_no_url_is_not_the_same(name: str) -> None:
    uses = plan("provider", nginx("/", **{name: "/there"})).uses
    assert "no URL" in uses[name.replace("_", "-")].why
    assert plan("provider", nginx("/", **{name: "https://b.com"})).uses[name.replace("_", "-")].verdict == "same"


def test_the_size_of_buffers_is_nothing_where_nobody_buffers() -> None:
    for candidate in ("provider", "ingress", "gateway"):
        uses = plan(candidate, nginx(proxy_max_temp_file_size="0", proxy_buffers_number="8")).uses
        assert {use.verdict for use in uses.values()} == {"same"}
    buffered = plan("provider", nginx(proxy_max_temp_file_size="8k", proxy_buffering="on")).uses
    assert buffered["proxy-max-temp-file-size"].verdict == "different"


def test_a_snippet_that_sends_on_loses_the_query() -> None:
    sent = plan("provider", nginx(configuration_snippet="rewrite ^/a$ https://b.com/c permanent;"))
    assert "query" in sent.uses["configuration-snippet"].why
    kept = plan("provider", nginx(configuration_snippet="rewrite ^/a$ /c break;"))
    assert "query" not in kept.uses["configuration-snippet"].why


def test_what_would_be_lost_is_named_with_its_own_reason() -> None:
    uses = plan("ingress", nginx("/", affinity="cookie", session_cookie_expires="9", session_cookie_path="/x")).uses
    assert "would have to carry" in uses["session-cookie-path"].why
    assert "no such option" in uses["session-cookie-expires"].why


def test_every_difference_of_a_redirect_to_https_is_named() -> None:
    why = plan("ingress", nginx("/", tls=True, ssl_redirect="true")).uses["ssl-redirect"].why
    assert "301" in why and "last slash" in why


@pytest.mark.parametrize("candidate", ["ingress", "gateway"])
def test_paths_that_ingress_nginx_serves_no_more_are_named(candidate: str) -> None:
    (why,) = plan(candidate, nginx("/a/(.*)", "Prefix", use_regex="true")).differs
    assert "1.12" in why and "/a/(.*)" in why
    assert plan(candidate, nginx("/a/(.*)", "ImplementationSpecific", use_regex="true")).differs == []


def test_a_redirect_to_https_that_no_annotation_names_is_named() -> None:
    assert ["slash" in why or "301" in why for why in plan("ingress", nginx(tls=True)).differs] == [True, True]
    assert "last slash" in plan("provider", nginx(tls=True)).differs[0]
    assert not plan("ingress", nginx(tls=True, ssl_redirect="false")).differs


def test_app_root_counts_for_the_host_and_not_for_a_path() -> None:
    assert plan("provider", nginx("/x", app_root="/x")).uses["app-root"].verdict == "different"
    assert plan("provider", nginx("/", app_root="/x")).uses["app-root"].verdict == "same"
    root = specs(plan("ingress", nginx("/x", app_root="/x")), "Ingress")[-1]
    assert root["rules"][0]["http"]["paths"][0] | {"backend": None} == {
        "path": "/", "pathType": "Exact", "backend": None,
    }  # fmt: skip
    taken = plan("ingress", nginx("/x", app_root="/x"), nginx("/", name="rest"))
    assert not taken.objects and "n/rest answers /" in taken.refused[0]
    (route,) = specs(plan("gateway", nginx("/x", app_root="/x")), "HTTPRoute")
    assert route["rules"][0]["matches"][0]["path"] == {"type": "Exact", "value": "/"}


def test_paths_that_another_ingress_makes_expressions_are_named() -> None:
    other = nginx("/a", name="x", rewrite_target="/")
    assert "because of Ingress n/x" in plan("ingress", nginx("/b"), other).differs[0]
    assert plan("provider", nginx("/b"), other).differs == []
    for candidate in ("provider", "ingress", "gateway"):
        assert "is exact" in plan(candidate, nginx("/b", "Exact"), other).differs[0]


def test_nothing_but_tls_is_served_beside_ssl_passthrough() -> None:
    uses = plan("provider", nginx("/", ssl_passthrough="true", force_ssl_redirect="true")).uses
    assert uses["force-ssl-redirect"].verdict == "different"


def test_a_host_with_a_certificate_sends_on_the_paths_of_its_other_ingresses_too() -> None:
    """nginx has one server for a host; Traefik looks at each Ingress alone."""
    secured, plain = nginx("/a", name="s", tls=True), nginx("/b")
    assert "because of spec.tls of Ingress n/s" in plan("provider", plain, secured).differs[-1]
    assert {"redirectScheme": {"scheme": "https", "permanent": True}} in specs(
        plan("ingress", plain, secured), "Middleware"
    )
    names = [route["metadata"]["name"] for route in plan("gateway", plain, secured).objects]
    assert names == ["i", "i-http"]
    assert plan("provider", nginx("/b", ssl_redirect="false"), secured).differs == []


def test_no_listener_for_https_without_a_certificate() -> None:
    assert "names a Secret" in plan("gateway", nginx(force_ssl_redirect="true")).refused[0]


def test_a_limit_of_bodies_brings_along_what_it_needs() -> None:
    notes = plan("provider", nginx("/", proxy_body_size="8m")).objects[0]["metadata"]["annotations"]
    assert notes == {f"{N}proxy-body-size": "8m", f"{N}proxy-request-buffering": "on"}


def test_two_objects_never_get_one_name() -> None:
    """Ingress i becomes i-1 and i-2, because its paths are rewritten differently; there is an i-1 already."""
    both = nginx("/a(/|$)(.*)", "ImplementationSpecific", rewrite_target="/$2")
    both["spec"]["rules"] += nginx("/b(/|$)(.*)", "ImplementationSpecific", host="b.com")["spec"]["rules"]
    found = migrated(both, nginx(host="c.com", name="i-1"), candidates=("ingress",))
    assert [plan.written for plan in found.plans["ingress"]] == [False, True]
    assert "taken by Ingress n/i-1" in found.plans["ingress"][0].refused[0]


def test_both_names_of_a_host_are_left_alone() -> None:
    one, other = nginx("/", from_to_www_redirect="true"), nginx("/", host="www.a.com", name="w")
    for candidate in ("ingress", "gateway"):
        assert len(plan(candidate, one).objects) > len(plan(candidate, one, other).objects)
        assert plan(candidate, one, other).uses["from-to-www-redirect"].verdict == "same"


def test_an_exemption_tells_of_an_authentication_for_all() -> None:
    notes = migrated(nginx("/a", name="x", enable_global_auth="false"), nginx("/b", name="y")).notes
    assert any(note.about == "n/x" and "global-auth-url" in note.text for note in notes)


def test_a_service_that_is_another_host() -> None:
    away = service("web") | {"spec": {"type": "ExternalName", "externalName": "b.com"}}
    assert any("allowexternalname" in need for need in plan("ingress", nginx(), away).needs)
    assert "ExternalName" in plan("gateway", nginx(), away).refused[0]


def test_what_a_canary_says_beside_itself_counts_for_nothing() -> None:
    said = {"canary": "true", "canary_weight": "5", "permanent_redirect": "https://b.com$request_uri", "auth_url": "$x"}
    made = plan("provider", nginx(**said))
    assert made.written and made.uses["permanent-redirect"].verdict == made.uses["auth-url"].verdict == "same"


@pytest.mark.parametrize("candidate", ["provider", "ingress", "gateway"])
def test_what_guards_a_whole_host_is_not_split(candidate: str) -> None:
    """Traefik falls back to its default TLS options, without certificates, where two routers of a host differ."""
    guarded, beside = nginx("/a", name="g", tls=True, auth_tls_secret="n/ca"), nginx("/b", name="b")
    assert "asks for certificates" in " ".join(plan(candidate, guarded, beside, name="g").refused)
    assert not plan(candidate, guarded, beside, name="b").objects
    everywhere = nginx("/a", host="", auth_tls_secret="n/ca")
    assert "without a host" in " ".join(plan(candidate, everywhere).refused)
    snippet = nginx("/a", name="g", server_snippet="limit_except GET { deny all; }")
    assert not plan(candidate, snippet, beside, name="b").objects


def test_a_server_snippet_that_the_provider_reads_counts_for_the_host_there() -> None:
    snippet, beside = nginx("/a", name="g", server_snippet="deny 10.0.0.0/8;"), nginx("/b", name="b")
    assert plan("provider", snippet, beside, name="b").written
    assert not plan("ingress", snippet, beside, name="b").written


def test_a_gateway_reads_the_protocol_from_the_service() -> None:
    asked = nginx("/", backend_protocol="GRPC")
    assert "appProtocol: kubernetes.io/h2c" in " ".join(plan("gateway", asked, service("web")).refused)
    said = service("web")
    said["spec"]["ports"][0]["appProtocol"] = "kubernetes.io/h2c"
    assert plan("gateway", asked, said).uses["backend-protocol"].verdict == "same"
