"""Addresses, refused annotations, CORS."""

from nginx.cases import MISSING, Ask, Case, ingress


def cors(upstream: str, host: str, origins: str | None, *asks: tuple[str, str | None]) -> Case:
    given = {"enable_cors": "true"} | ({"cors_allow_origin": origins} if origins is not None else {})
    name = "Access-Control-Allow-Origin"
    return Case(
        f"annotations/cors.go: {upstream}",
        [ingress(host, **given)],
        [Ask(send={"Origin": o} if o else {}, headers={name: a and f"={a}"}) for o, a in asks],
    )


ACCESS = [
    Case(
        "annotations/ipallowlist.go: should set valid ip allowlist range",
        [
            ingress("others.acl", allowlist_source_range="18.0.0.0/8, 56.0.0.0/8"),
            ingress("us.acl", whitelist_source_range="127.0.0.0/8"),
        ],
        [Ask("/", 403, host="others.acl"), Ask(host="us.acl")],
    ),
    Case(
        "annotations/ipdenylist.go: only deny explicitly denied IPs, allow all others",
        [
            ingress("denied.acl", denylist_source_range="127.0.0.0/8"),
            ingress("free.acl", denylist_source_range="18.0.0.0/8, 56.0.0.1"),
            ingress("both.acl", denylist_source_range="127.0.0.0/8", whitelist_source_range="127.0.0.0/8"),
        ],
        [Ask("/", 403, host="denied.acl"), Ask(host="free.acl"), Ask("/", 403, host="both.acl")],
    ),
    Case(
        "settings/badannotationvalues.go: should drop an ingress if there is a forbidden word in some annotation",
        [ingress("snippet.bad", configuration_snippet="return 200;"), ingress("alias.bad", server_alias='a"b')],
        [Ask("/", 404, host="snippet.bad"), Ask("/", 404, host="alias.bad")],
    ),
    cors("should enable cors", "all.cors", None, ("http://any", "*"), ("", "*")),
    cors(
        "should allow origin for cors",
        "one.cors",
        "https://origin.cors.com:8080",
        ("https://origin.cors.com:8080", "https://origin.cors.com:8080"),
    ),
    cors(
        "should allow correct origins - single origin for multiple cors values",
        "many.cors",
        "origin.cors.com:8080, https://origin2.cors.com, https://origin.com",
        ("origin.cors.com:8080", None),
        ("https://origin2.cors.com", "https://origin2.cors.com"),
        ("https://origin.com", "https://origin.com"),
        ("http://no.origin.com", None),
    ),
    cors("should not match", "dot.cors", "https://foo.bar.com", ("https://fooxbar.com", None)),
    cors("should not break functionality with extra domain", "extra.cors", "*, foo.bar.com", ("", "*")),
    cors(
        "should allow - matching origin with wildcard origin (2 subdomains)",
        "wild.cors",
        "http://*.origin.cors.com, http://*.origin.com:8080",
        ("http://foo.origin.cors.com", "http://foo.origin.cors.com"),
        ("http://bar-foo.origin.cors.com", "http://bar-foo.origin.cors.com"),
        ("http://bar.foo.origin.cors.com", None),
        ("http://abc.origin.com", None),
    ),
    cors("should allow - missing origins (should allow all origins)", "none.cors", "      ", ("test.origin.com", "*")),
    cors(
        "should allow - origins with non-http[s] protocols",
        "scheme.cors",
        "test://localhost, tauri://localhost:3000",
        ("test://localhost", "test://localhost"),
        ("tauri://localhost:3000", "tauri://localhost:3000"),
    ),
    Case(
        "annotations/cors.go: should set cors methods, max-age, headers, no credentials; a preflight request",
        [
            ingress(
                "preflight.cors",
                enable_cors="true",
                cors_allow_methods="POST, GET",
                cors_max_age="200",
                cors_allow_headers="DNT, User-Agent",
                cors_expose_headers="X-CustomResponseHeader, X-CustomSecondHeader",
                cors_allow_credentials="false",
            )
        ],
        [
            Ask(
                method="OPTIONS",
                status=204,
                send={"Origin": "http://any"},
                headers={
                    "Access-Control-Allow-Methods": "=POST, GET",
                    "Access-Control-Max-Age": "=200",
                    "Access-Control-Allow-Headers": "=DNT, User-Agent",
                    "Access-Control-Expose-Headers": "=X-CustomResponseHeader, X-CustomSecondHeader",
                    "Access-Control-Allow-Credentials": MISSING,
                    "Content-Type": "=text/plain charset=UTF-8",
                },
            )
        ],
    ),
]
