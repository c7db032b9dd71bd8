"""Affinity, balancing, error pages, what goes on to the application and comes back."""

from nginx.cases import MISSING, Ask, Case, ingress

AFFINE = {"affinity": "cookie", "session_cookie_name": "SERVERID"}


def external(name: str, host: str) -> dict:
    """A Service that is a name elsewhere."""
    spec = {"type": "ExternalName", "externalName": host, "ports": [{"port": 80, "targetPort": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


TRAFFIC = [
    Case(
        "annotations/affinity.go: should set sticky cookie SERVERID",
        [ingress("sticky.foo.com", **AFFINE)],
        [Ask(headers={"Set-Cookie": "SERVERID="}), Ask(send={"Cookie": "SERVERID=x"}, headers={"Set-Cookie": MISSING})],
    ),
    Case(
        "annotations/affinity.go: does not set the path to / on the generated cookie if there's more than one rule",
        [ingress("paths.foo.com", ("/something", "echo"), ("/somewhereelse", "echo"), **AFFINE)],
        [Ask(path, headers={"Set-Cookie": f"Path={path};"}) for path in ("/something", "/somewhereelse")],
    ),
    Case(
        "annotations/affinity.go: should set cookie with expires, with domain",
        [ingress("long.foo.com", **AFFINE, session_cookie_max_age="259200", session_cookie_domain="foo.bar")],
        [Ask(headers={"Set-Cookie": "Max-Age=259200; Domain=foo.bar; Path=/; HttpOnly"})],
    ),
    Case(
        "annotations/affinity.go: should work with use-regex annotation and session-cookie-path",
        [
            ingress(
                "useregex.foo.com",
                ("/foo/.*", "echo", "ImplementationSpecific"),
                use_regex="true",
                session_cookie_path="/foo/bar",
                **AFFINE,
            )
        ],
        [Ask("/foo/bar", headers={"Set-Cookie": "Path=/foo/bar;"})],
    ),
    Case(
        "annotations/affinity.go: should not set affinity across all server locations when using separate ingresses",
        [
            ingress("separate.foo.com", ("/foo/bar", "echo"), name="ingress1", affinity="cookie"),
            ingress("separate.foo.com", ("/foo", "echo"), name="ingress2"),
        ],
        [Ask("/foo", headers={"Set-Cookie": MISSING}), Ask("/foo/bar", headers={"Set-Cookie": "Path=/foo/bar"})],
    ),
    Case(
        "annotations/affinity.go: should set secure in cookie with provided true annotation on http, ... on https",
        [
            ingress("secure.foo.com", **AFFINE, session_cookie_secure="true", session_cookie_samesite="Strict"),
            ingress("https.foo.com", tls="https", **AFFINE, session_cookie_secure="false"),
        ],
        [
            Ask(host="secure.foo.com", headers={"Set-Cookie": "; Secure; HttpOnly; SameSite=Strict"}),
            Ask(host="https.foo.com", https=True, headers={"Set-Cookie": "; Secure; HttpOnly"}),
        ],
    ),
    Case(
        "annotations/default_backend.go: should use a custom default backend as upstream",
        [ingress("default.backend", ("/", "missing"), default_backend="other")],
        [
            Ask(
                "/alma/armud",
                by="other",
                send={"X-Request-Id": "something-unique"},
                saw={
                    "x-code": "503",
                    "x-ingress-name": "default.backend",
                    "x-service-name": "missing",
                    "x-request-id": "something-unique",
                },
            )
        ],
    ),
    Case(
        "annotations/customhttperrors.go: configures Nginx correctly",
        [ingress("errors.custom", custom_http_errors="404,500", default_backend="other")],
        [
            Ask("/status/404", by="other", saw={"x-code": "404", "x-original-uri": "/status/404", "path": "/"}),
            Ask("/status/403", 403, by="echo"),
        ],
    ),
    Case(
        "annotations/customhttperrors.go: without default-backend the built-in one answers",
        [ingress("builtin.custom", custom_http_errors="500")],
        [Ask("/status/500", 404)],
    ),
    Case(
        "annotations/customheaders.go: should return status code 503 when custom-headers is configured with an invalid "
        "secret",
        [ingress("custom.headers", custom_headers="custom-headers")],
        [Ask("/", 503)],
    ),
    Case(
        "annotations/upstreamvhost.go: set host to upstreamvhost.bar.com",
        [ingress("vhost.foo", upstream_vhost="upstreamvhost.bar.com")],
        [Ask(saw={"host": "upstreamvhost.bar.com", "x-forwarded-host": "vhost.foo", "x-forwarded-port": "80"})],
    ),
    Case(
        "annotations/xforwardedprefix.go: should set the X-Forwarded-Prefix to the annotation value",
        [ingress("prefix.forwarded", x_forwarded_prefix="/test/value", rewrite_target="/foo")],
        [Ask(saw={"x-forwarded-prefix": "/test/value", "path": "/foo"})],
    ),
    Case(
        "annotations/connection.go: set connection header to keep-alive",
        [ingress("connection.foo", connection_proxy_header="keep-alive")],
        [Ask(saw={"connection": "keep-alive"})],
    ),
    Case(
        "annotations/serviceupstream.go: should use the Service Cluster IP and Port",
        [ingress("service.upstream", service_upstream="true")],
        [Ask(by="echo")],
    ),
    Case(
        "annotations/proxy.go: should set proxy client-max-body-size to 8m; not to incorrect value; redirects of the "
        "application",
        [
            ingress("body.proxy", proxy_body_size="2k"),
            ingress("wrong.proxy", proxy_body_size="15r"),
            ingress("from.proxy", proxy_redirect_from="http://hello.com/", proxy_redirect_to="http://goodbye.com/"),
        ],
        [
            Ask(host="body.proxy", method="POST", body=2000),
            Ask("/", 413, host="body.proxy", method="POST", body=3000),
            Ask(host="wrong.proxy", method="POST", body=3000),
            Ask(
                "/?redirect=http://hello.com/x",
                302,
                host="from.proxy",
                headers={"Location": "=http://goodbye.com/x"},
            ),
        ],
    ),
    Case(
        "annotations/proxy.go: should set valid proxy timeouts",
        [ingress("read.proxy", proxy_read_timeout="1", proxy_next_upstream_tries="1")],
        [Ask("/sleep/3", 504), Ask("/")],
    ),
    Case(
        "annotations/mirror.go: should set mirror-target to https://test.env.com/$request_uri",
        [ingress("mirror.foo", mirror_target="http://AUTH$request_uri"), ingress("target.mirror", ("/", "other"))],
        [Ask("/mirrored-once", by="echo"), Ask("/seen/mirrored-once", host="target.mirror")],
    ),
    Case(
        "servicebackend/service_externalname.go: should return 200 for service type=ExternalName with a port defined; "
        "5xx with an invalid host",
        [
            external("outside", "other.flow-nginx.svc.cluster.local"),
            external("invalid", "invalid.hostname"),
            ingress("outside.external", ("/", "outside")),
            ingress("invalid.external", ("/", "invalid")),
        ],
        [Ask("/get", by="other", host="outside.external"), Ask("/get", 502, host="invalid.external")],
    ),
    Case(
        "annotations/backendprotocol.go: should set backend protocol to https:// and use proxy_pass",
        [ingress("https.protocol", ("/", "secure"), backend_protocol="HTTPS")],
        [Ask(by="secure", saw={"x-forwarded-proto": "http"})],
    ),
    Case(
        "settings/forwarded_headers.go: should not trust X-Forwarded headers when setting is false",
        [ingress("untrusted.forwarded")],
        [
            Ask(
                send={"X-Forwarded-Port": "1234", "X-Forwarded-Proto": "myproto", "X-Forwarded-For": "1.2.3.4"},
                saw={"x-forwarded-port": "80", "x-forwarded-proto": "http", "x-original-forwarded-for": "1.2.3.4"},
            )
        ],
    ),
]
