"""rewrite-target, use-regex, app-root and the way to https: internal/ingress/annotations/rewrite/main.go."""

import re
from dataclasses import dataclass

import values
from annotations import MEDIUM, Reader, Rule
from words import quoted

RULES = {
    "rewrite-target": Rule(values.shaped(values.PATH_WITH_CAPTURE), MEDIUM),
    "ssl-redirect": Rule(values.boolean),
    "preserve-trailing-slash": Rule(values.boolean, MEDIUM),
    "force-ssl-redirect": Rule(values.boolean, MEDIUM),
    "use-regex": Rule(values.boolean),
    "app-root": Rule(values.shaped(values.PATH_WITH_CAPTURE), MEDIUM),
}
NO_TLS_REDIRECT = "/.well-known/acme-challenge"
"""Paths that stay on http (config.go: NoTLSRedirectLocations)."""


@dataclass(frozen=True)
class Rewriting:
    target: str = ""
    ssl_redirect: bool = True
    force_ssl_redirect: bool = False
    preserve_trailing_slash: bool = False
    use_regex: bool = False
    app_root: str = ""

    def changes(self, path: str) -> bool:
        """needsRewrite of template.go and location.go."""
        return self.target not in ("", path)


def read(reader: Reader) -> Rewriting:
    root = reader.text("app-root")
    return Rewriting(
        target=reader.text("rewrite-target"),
        ssl_redirect=reader.flag("ssl-redirect", True),
        force_ssl_redirect=reader.flag("force-ssl-redirect"),
        preserve_trailing_slash=reader.flag("preserve-trailing-slash"),
        use_regex=reader.flag("use-regex"),
        app_root=root if root.startswith("/") else "",
    )


def server_lines(rewriting: Rewriting) -> list[str]:
    """Template line 1000: in the server, before any location is looked for."""
    if not rewriting.app_root:
        return []
    return ["if ($uri = /) {", f"    return 302 {quoted('$scheme://$http_host' + rewriting.app_root)};", "}"]


def to_https(rewriting: Rewriting, path: str, certificate: bool, port_shown: bool, https_port: int) -> list[str]:
    """redirect_to_https of rootfs/etc/nginx/lua/lua_ingress.lua, told in nginx's own words.

    The variables come from `http_lines`: the host without its port, and the URI without the slash at its end.
    """
    wanted = rewriting.force_ssl_redirect or (rewriting.ssl_redirect and certificate)
    if not wanted or path.startswith(NO_TLS_REDIRECT):
        return []
    uri = "$request_uri" if rewriting.preserve_trailing_slash else "$uri_without_slash"
    port = f":{https_port}" if port_shown else ""
    return ["if ($pass_access_scheme = http) {", f'    return 308 "https://$redirect_host{port}{uri}";', "}"]


def http_lines() -> list[str]:
    """What Lua would compute for `to_https`."""
    return [
        'map $best_http_host $redirect_host { default $best_http_host; "~^(?<host_alone>[^:]+):" $host_alone; }',
        'map $request_uri $uri_without_slash { default $request_uri; "~^(?<uri_alone>.*)/$" $uri_alone; }',
    ]


def rewrite_lines(rewriting: Rewriting, path: str) -> list[str]:
    """buildProxyPass of template.go."""
    if not rewriting.changes(path):
        return []
    return [f"rewrite {quoted('(?i)' + path)} {quoted(rewriting.target)} break;"]


def is_regex(locations: list) -> bool:
    """enforceRegexModifier of template.go: one such location makes all of the host regular expressions."""
    return any(each.options.rewriting.changes(each.path) or each.options.rewriting.use_regex for each in locations)


def location_match(path: str, path_type: str, enforce_regex: bool) -> str:
    """buildLocation of template.go: what stands behind `location`."""
    if enforce_regex:
        return f"~* {quoted('^' + path)}"
    return f"= {quoted(path)}" if path_type == "Exact" else quoted(path)


def is_valid_path(path: str, path_type: str) -> bool:
    """ValidatePathType of internal/ingress/inspector (the webhook, with strict-validate-path-type)."""
    return not path or path_type == "ImplementationSpecific" or bool(re.fullmatch(r"/[A-Za-z0-9._/-]*", path))
