"""Passwords, external authentication, client certificates."""

import base64

from nginx.cases import MISSING, Ask, Case, ingress

USER = {"Authorization": f"Basic {base64.b64encode(b'foo:bar').decode()}"}
WRONG = {"Authorization": f"Basic {base64.b64encode(b'user:pass').decode()}"}
SIGNED_IN = {"Authorization": f"Basic {base64.b64encode(b'user:password').decode()}"}
BASIC = {"auth_type": "basic", "auth_secret": "passwords", "auth_realm": "test auth"}
EXTERNAL = {"auth_url": "http://AUTH/basic-auth/user/password", "auth_signin": "http://$host/auth/start"}
"""AUTH becomes the address of a Pod."""

SIGNING_IN = [
    Case(
        "annotations/auth.go: should return status code 503 when authentication is configured with an invalid secret",
        [ingress("invalid.auth", **BASIC | {"auth_secret": "something"})],
        [Ask("/", 503)],
    ),
    Case(
        "annotations/auth.go: should return status code 401 when authentication is configured but Authorization header "
        "is not configured, ... invalid credentials, ... 200 when Authorization header is sent",
        [ingress("basic.auth", **BASIC)],
        [
            Ask("/", 401, headers={"WWW-Authenticate": '=Basic realm="test auth"'}),
            Ask("/", 401, send=WRONG),
            Ask("/", send=USER, saw={"authorization": None}),
        ],
    ),
    Case(
        "annotations/auth.go: should return status code 401 and cors headers when authentication and cors is on",
        [ingress("cors.auth", enable_cors="true", **BASIC)],
        [Ask("/", 401, headers={"Access-Control-Allow-Origin": "=*"})],
    ),
    Case(
        "annotations/auth.go: should return status code 200 when authentication is configured with a map",
        [ingress("map.auth", **BASIC | {"auth_secret": "password-map", "auth_secret_type": "auth-map"})],
        [Ask("/", send=USER), Ask("/", 401)],
    ),
    Case(
        "annotations/auth.go: user retains cookie by default",
        [ingress("cookie.auth", auth_url="http://AUTH/cookies/set/alma/armud", auth_signin="http://$host/auth/start")],
        [
            Ask("/?a=b&c=d", headers={"Set-Cookie": "alma=armud"}),
            Ask("/?status=503", 503, headers={"Set-Cookie": MISSING}),
        ],
    ),
    Case(
        "annotations/auth.go: user with annotated ingress retains cookie if upstream returns error status code",
        [ingress("always.auth", auth_url="http://AUTH/cookies/set/alma/armud", auth_always_set_cookie="true")],
        [Ask("/?status=503", 503, headers={"Set-Cookie": "alma=armud"})],
    ),
    Case(
        "annotations/auth.go: should return status code 200 when signed in, should redirect to signin url when not",
        [ingress("external.auth", **EXTERNAL)],
        [
            Ask("/", send=SIGNED_IN),
            Ask(
                "/?a=b&c=d",
                302,
                headers={"Location": "=http://external.auth/auth/start?rd=http://external.auth%2F%3Fa%3Db%26c%3Dd"},
            ),
        ],
    ),
    Case(
        "annotations/auth.go: with a custom redirect param, should redirect to signin url when not signed in",
        [ingress("param.auth", **EXTERNAL, auth_signin_redirect_param="orig")],
        [Ask("/x", 302, headers={"Location": "=http://param.auth/auth/start?orig=http://param.auth%2Fx"})],
    ),
    Case(
        "annotations/auth.go: should overwrite Foo header with auth response",
        [ingress("foo.auth", **EXTERNAL, auth_response_headers="Foo")],
        [Ask("/", send=SIGNED_IN | {"Foo": "bar"}, saw={"foo": None})],
    ),
    Case(
        "annotations/auth.go: keeps processing new ingresses even if one of the existing ingresses is misconfigured",
        [ingress("mis.auth", **EXTERNAL, **BASIC | {"auth_secret": "something"}), ingress("another.auth")],
        [Ask(host="another.auth"), Ask("/", 503, host="mis.auth")],
    ),
    Case(
        "annotations/auth.go: when external authentication with caching is configured",
        [
            ingress(
                "cache.auth",
                auth_url="http://AUTH/basic-auth/user/password",
                auth_cache_key="fixed",
                auth_cache_duration="200 201 401 30m",
            )
        ],
        [Ask(send=SIGNED_IN), Ask("/not-asked-again")],
    ),
    Case(
        "annotations/auth.go: with invalid auth-url should deny whole location",
        [ingress("denied.auth", ("/denied-auth", "echo"), auth_url="https://invalid..auth.url")],
        [Ask("/denied-auth", 503)],
    ),
    Case(
        "annotations/satisfy.go: should allow multiple auth with satisfy any",
        [ingress("satisfy.auth", satisfy="any", **EXTERNAL, **BASIC)],
        [
            Ask("/", send=USER),
            Ask("/", 302, headers={"Location": "http://satisfy.auth/auth/start?rd="}),
        ],
    ),
    Case(
        "annotations/authtls.go: should set sslClientCertificate, sslVerifyClient and sslVerifyDepth, should pass "
        "URL-encoded certificate to upstream",
        [ingress("on.authtls", auth_tls_secret="NAMESPACE/authority", auth_tls_pass_certificate_to_upstream="true")],
        [
            Ask("/", 400, https=True),
            Ask(
                https=True,
                certificate=True,
                saw={"ssl-client-verify": "SUCCESS", "ssl-client-subject-dn": "CN=authtls"},
            ),
        ],
    ),
    Case(
        "annotations/authtls.go: should set valid auth-tls-secret, sslVerify to off, and sslVerifyDepth to 2",
        [
            ingress(
                "off.authtls",
                auth_tls_secret="NAMESPACE/authority",
                auth_tls_verify_client="off",
                auth_tls_verify_depth="2",
            )
        ],
        [Ask(https=True)],
    ),
    Case(
        "annotations/authtls.go: should 302 redirect to error page instead of 400 when auth-tls-error-page is set",
        [
            ingress(
                "page.authtls", auth_tls_secret="NAMESPACE/authority", auth_tls_error_page="http://page.authtls/error"
            )
        ],
        [
            Ask("/", 302, https=True, headers={"Location": "=http://page.authtls/error"}),
            Ask(https=True, certificate=True),
        ],
    ),
    Case(
        "annotations/authtls.go: should return 403 using auth-tls-match-cn with no matching CN from client, 200 with",
        [
            ingress("cn.authtls", auth_tls_secret="NAMESPACE/authority", auth_tls_match_cn="CN=notgonnamatch"),
            ingress("cns.authtls", auth_tls_secret="NAMESPACE/authority", auth_tls_match_cn="CN=(itwillmatch|authtls)"),
        ],
        [
            Ask("/", 403, host="cn.authtls", https=True, certificate=True),
            Ask(host="cns.authtls", https=True, certificate=True),
        ],
    ),
    Case(
        "a Secret without an authority closes the whole host (authtls/main.go, AuthTLSError)",
        [ingress("none.authtls", auth_tls_secret="NAMESPACE/nothing")],
        [Ask("/", 403), Ask("/", 403, https=True)],
    ),
]
