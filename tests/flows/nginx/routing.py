"""Hosts, paths, rewriting, redirects, TLS."""

from nginx.cases import FREE, MISSING, Ask, Case, ingress

ROUTING = [
    Case(
        "ingress/pathtype_prefix.go: should return 404 when prefix /aaa does not match request /aaaccc",
        [ingress("prefix.path", ("/aaa", "echo"))],
        [Ask("/aaa"), Ask("/aaacccc", 404), Ask("/aaa/cccc"), Ask("/aaa/"), Ask("/AAA", 404)],
    ),
    Case(
        "ingress/pathtype_exact.go: should choose exact location for /exact",
        [ingress("exact.path", ("/exact", "other", "Exact"), ("/exact", "echo"))],
        [Ask("/exact", by="other"), Ask("/exact/suffix", by="echo")],
    ),
    Case(
        "ingress/pathtype_mixed.go: should choose the correct location",
        [ingress("mixed.path", ("/", "other", "Exact"), ("/", "echo"), ("/foo", "other", "Exact"), ("/foo", "echo"))],
        [Ask("/", by="other"), Ask("/bar", by="echo"), Ask("/foo", by="other"), Ask("/foo/bar", by="echo")],
    ),
    Case(
        "ingress/pathtype_prefix.go: should test prefix path using simple regex pattern for /id/{int}",
        [ingress("echo.com.br", ("/id/[0-9]+", "echo", FREE), use_regex="true")],
        [Ask("/id/1"), Ask("/id/12"), Ask("/id/123"), Ask("/id/aaa", 404), Ask("/id/123a")],
    ),
    Case(
        "ingress/pathtype_prefix.go: should test prefix path using fixed path size regex pattern /id/{int}{3}",
        [ingress("echo.regex.size.br", ("/id/[0-9]{3}$", "echo", FREE), use_regex="true")],
        [Ask("/id/99", 404), Ask("/id/123"), Ask("/id/9999", 404), Ask("/id/123a", 404)],
    ),
    Case(
        "ingress/pathtype_prefix.go: should correctly route multi-segment path patterns",
        [ingress("echo.multi.segment.br", ("/id/[0-9]+/post/[a-zA-Z]+$", "echo", FREE), use_regex="true")],
        [Ask("/id/123/post/abc"), Ask("/id/123/post/abc123", 404), Ask("/id/abc/post/abc", 404)],
    ),
    Case(
        "ingress/multiple_rules.go: should set the correct $service_name NGINX variable",
        [ingress("first.host", ("/", "echo")), ingress("second.host", ("/", "other"))],
        [Ask("/exact", by="echo", host="first.host"), Ask("/exact", by="other", host="second.host")],
    ),
    Case(
        "annotations/rewrite.go: should use correct longest path match",
        [
            ingress("longest.rewrite", ("/.well-known/acme/challenge", "echo")),
            ingress("longest.rewrite", name="rewrite-index", rewrite_target="/new/backend"),
        ],
        [
            Ask("/.well-known/acme/challenge", saw={"path": "/.well-known/acme/challenge"}),
            Ask("/any", saw={"path": "/new/backend"}),
        ],
    ),
    Case(
        "annotations/rewrite.go: should use ~* location modifier if regex annotation is present",
        [
            ingress("regex.rewrite", ("/foo", "echo")),
            ingress(
                "regex.rewrite", ("/foo.+", "echo", FREE), name="regex", use_regex="true", rewrite_target="/new/backend"
            ),
        ],
        [Ask("/foo", saw={"path": "/foo"})]
        + [Ask(path, saw={"path": "/new/backend"}) for path in ("/foo/bar", "/FOOx")],
    ),
    Case(
        "annotations/rewrite.go: should fail to use longest match for documented warning",
        [
            ingress("warned.rewrite", ("/foo/bar/bar", "echo")),
            ingress(
                "warned.rewrite",
                ("/foo/bar/[a-z]{3}", "echo", FREE),
                name="warned",
                use_regex="true",
                rewrite_target="/new/backend",
            ),
        ],
        [Ask("/foo/bar/bar", saw={"path": "/new/backend"})],
    ),
    Case(
        "annotations/rewrite.go: should allow for custom rewrite parameters",
        [ingress("custom.rewrite", ("/foo/bar/(.+)", "echo", FREE), rewrite_target="/new/backend/$1")],
        [Ask("/foo/bar/bar?a=b", saw={"path": "/new/backend/bar?a=b"})],
    ),
    Case(
        "annotations/alias.go: should return status code 200 for host 'foo' and 'bar'",
        [ingress("alias.foo", server_alias="alias.bar")],
        [Ask(host="alias.foo"), Ask(host="alias.bar", saw={"host": "alias.bar"}), Ask(host="nobody", status=404)],
    ),
    Case(
        "annotations/approot.go: should redirect to /foo",
        [ingress("approot.bar.com", app_root="/foo")],
        [Ask("/", 302, headers={"Location": "http://approot.bar.com/foo"}), Ask("/foo")],
    ),
    Case(
        "annotations/forcesslredirect.go: should redirect to https",
        [ingress("forcesslredirect.bar.com", force_ssl_redirect="true")],
        [Ask("/", 308, headers={"Location": "=https://forcesslredirect.bar.com"}), Ask("/", https=True)],
    ),
    Case(
        "annotations/preservetrailingslash.go: should allow preservation of trailing slashes",
        [ingress("slash.bar.com", tls="slash", ssl_redirect="true", preserve_trailing_slash="true")],
        [Ask("/", 308, headers={"Location": "=https://slash.bar.com/"})],
    ),
    Case(
        "annotations/fromtowwwredirect.go: should redirect from www HTTP to HTTP",
        [ingress("fromtowwwredirect.bar.com", from_to_www_redirect="true")],
        [
            Ask("/foo", 308, host="www.fromtowwwredirect.bar.com",
                headers={"Location": "=http://fromtowwwredirect.bar.com:80/foo"}),
            Ask("/foo"),
        ],
    ),
    Case(
        "annotations/redirect.go: should respond with a standard redirect code",
        [ingress("redirect.std", ("/something", "echo"), permanent_redirect="http://redirect.example.com")],
        [Ask("/something", 301, headers={"Location": "=http://redirect.example.com"})],
    ),
    Case(
        "annotations/redirect.go: should respond with a custom redirect code",
        [
            ingress(
                "redirect.code",
                ("/something", "echo"),
                permanent_redirect="http://redirect.example.com",
                permanent_redirect_code="302",
            )
        ],
        [Ask("/something", 302, headers={"Location": "=http://redirect.example.com"})],
    ),
    Case(
        "annotations/relativeredirects.go: should respond with absolute URL in Location",
        [ingress("absolute.redirect", permanent_redirect="/elsewhere", relative_redirects="false")],
        [Ask("/", 301, headers={"Location": "=http://absolute.redirect/elsewhere"})],
    ),
    Case(
        "annotations/relativeredirects.go: should respond with relative URL in Location",
        [ingress("relative.redirect", permanent_redirect="/elsewhere", relative_redirects="true")],
        [Ask("/", 301, headers={"Location": "=/elsewhere"})],
    ),
    Case(
        "settings/tls.go: should not use ports during the HTTP to HTTPS redirection",
        [ingress("settings-tls", tls="settings-tls")],
        [
            Ask("/", 308, headers={"Location": "=https://settings-tls"}),
            Ask("/", https=True, headers={"Strict-Transport-Security": "=max-age=31536000; includeSubDomains"}),
        ],
    ),
    Case(
        "settings/tls.go: overriding what's set from the upstream",
        [ingress("hsts.tls", tls="hsts")],
        [Ask("/?hsts=1", https=True, headers={"Strict-Transport-Security": "=max-age=31536000; includeSubDomains"})],
    ),
    Case(
        "settings/listen_nondefault_ports.go: should set X-Forwarded-Port header to 443",
        [ingress("ports.tls", tls="ports")],
        [Ask("/", https=True, saw={"x-forwarded-port": "443", "x-forwarded-proto": "https", "x-scheme": "https"})],
    ),
    Case(
        "settings/server_tokens.go: should not exists Server header in the response",
        [ingress("server-tokens")],
        [Ask(headers={"Server": MISSING})],
    ),
    Case(
        "defaultbackend/default_backend.go: should return 404 sending requests when only a default backend is running",
        [],
        [Ask("/demo", 404, host="foo.bar.nobody", method=m, https=s) for m in ("GET", "POST") for s in (False, True)],
    ),
]  # fmt: skip
