"""One `location` of nginx.conf, in the order of the template (v1.15.1, lines 1150 to 1453)."""

import access
import affinity
import asking
import canary
import client_certificates
import cors
import custom_headers
import errors
import limits
import mirroring
import proxy_tls
import proxying
import redirects
import rewriting
import snippets
from balancing import DEFAULT, Upstream
from model import Location, Server
from objects import Cluster
from words import block, literal, quoted

NO_AUTH = "/.well-known/acme-challenge"
"""Paths that nobody needs to sign in for (config.go: NoAuthLocations)."""


class Writer:
    """Writes the locations of one server."""

    def __init__(
        self, server: Server, upstreams: dict[str, Upstream], cluster: Cluster, enforce_regex: bool
    ) -> None:
        self._server, self._upstreams, self._cluster = server, upstreams, cluster
        self._enforce_regex = enforce_regex
        self._has_njs = "njs" in cluster.modules

    def beside(self, location: Location) -> list[str]:
        """What the location needs in its server: the start page, and the questions to whoever signs people in."""
        options, auth, path = location.options, location.options.external_auth, location.path
        settings = proxying.setting_lines(options.proxying, "proxy_buffer")
        settings += snippets.lines(options.snippets.auth)
        cors_lines = cors.lines(options.cors, self._server.id(location))
        made = rewriting.server_lines(options.rewriting)
        made += asking.server_lines(auth, self._server.host, path, location.path_type, settings)
        return made if options.denied else made + asking.signin_lines(auth, path, self._has_njs, cors_lines)

    def http(self, location: Location) -> list[str]:
        """Maps that the location reads, outside of all servers."""
        id, options = self._server.id(location), location.options
        made = cors.http_lines(options.cors, id)
        upstream = self._upstreams[location.upstream]
        alternative = self._alternative(upstream)
        sticky = options.affinity if options.affinity.kind == "cookie" else None
        if sticky:
            both = {upstream.name: "primary"} | ({alternative.name: "canary"} if alternative else {})
            keys = {name: role for name, role in both.items() if self._upstreams[name].affinity.kind}
            made += affinity.http_lines(sticky, id, self._variable(location) or upstream.name, keys, self._has_njs)
        if alternative and alternative.canary:
            remembered = f"affinity_{id}" if sticky and alternative.affinity.kind else ""
            made += canary.http_lines(alternative.canary, id, upstream.name, alternative.name, remembered)
        return made

    def location(self, location: Location) -> list[str]:
        match = rewriting.location_match(location.path, location.path_type, self._enforce_regex)
        body = self._facts(location)
        body += ["return 503;"] if location.options.denied else self._allowed(location)
        return block(f"location {match}", body + proxy_tls.lines(location.options.proxy_tls))

    def _facts(self, location: Location) -> list[str]:
        """Lines 1151 to 1185: for logs and error pages, and what the location logs."""
        ingress, options = location.ingress, location.options
        names = {
            "namespace": ingress.namespace if ingress else "",
            "ingress_name": ingress.obj["metadata"]["name"] if ingress else "",
            "service_name": location.service,
            "service_port": location.port,
            "proxy_upstream_name": location.upstream,
        }
        made = [f"set ${name} {literal(value)};" for name, value in names.items()]
        made += mirroring.lines(options.mirror)
        made += [] if options.proxying.access_log and ingress else ["access_log off;"]
        made += ["rewrite_log on;"] if options.proxying.rewrite_log else []
        return [*made, f"port_in_redirect {'on' if options.proxying.port_in_redirects else 'off'};"]

    def _allowed(self, location: Location) -> list[str]:
        id, options = self._server.id(location), location.options
        made = access.address_lines(options.access)
        made += cors.lines(options.cors, id)
        made += self._who(location)
        made += limits.lines(options.limits)
        made += proxying.setting_lines(options.proxying, "client_")
        made += proxying.forwarding_lines(options.proxying)
        made += client_certificates.lines(self._server.client_certificates, options.proxying.set_header)
        made += proxying.setting_lines(options.proxying, "proxy_")
        made += proxying.grpc_lines(options.proxying)
        made += self._answer_headers(location)
        made += snippets.lines(options.snippets.location)
        is_backend = location.upstream.startswith("custom-default-backend-")
        made += errors.lines(options.errors, location.error_upstream, is_backend)
        made += [f"satisfy {options.access.satisfy.strip()};"] if options.access.satisfy else []
        made += redirects.lines(options.redirect)
        return made + self._onward(location)

    def _who(self, location: Location) -> list[str]:
        if location.path.startswith(NO_AUTH):
            return []
        options, header = location.options, location.options.proxying.set_header
        asked = asking.lines(options.external_auth, location.path, location.path_type, header)
        return asked + access.password_lines(options.access, header)

    def _answer_headers(self, location: Location) -> list[str]:
        """Line 1373, and header() of lua_ingress.lua (HSTS); what Lua would replace is hidden from below."""
        hide = "grpc_hide_header" if location.options.proxying.grpc else "proxy_hide_header"
        made = [f"{hide} Strict-Transport-Security;", "add_header Strict-Transport-Security $hsts always;"]
        made += custom_headers.lines(location.options.custom_headers)
        if location.options.affinity.kind == "cookie":
            made += affinity.lines(location.options.affinity, self._server.id(location), location.rule_path or "/")
        return made

    def _onward(self, location: Location) -> list[str]:
        """To https, or on to the application; 503 where no Pod is ready (ngx_rewrite.lua, balancer.lua)."""
        options, upstream = location.options, self._upstreams[location.upstream]
        made = rewriting.to_https(
            options.rewriting,
            location.path,
            bool(self._server.certificate),
            options.proxying.port_in_redirects,
            self._cluster.place.shown_https,
        )
        if not upstream.endpoints:
            return [*made, "return 503;"]
        made += rewriting.rewrite_lines(options.rewriting, location.path)
        if options.proxying.prefix and options.rewriting.changes(location.path):
            made.append(f"{options.proxying.set_header} X-Forwarded-Prefix {quoted(options.proxying.prefix)};")
        to = proxying.Proxying() if location.upstream == DEFAULT else options.proxying
        made.append(proxying.pass_line(to, self._variable(location) or upstream.name))
        redirect = options.proxying.redirect
        return made + ([f"proxy_redirect {redirect};"] if redirect and not to.grpc else [])

    def _variable(self, location: Location) -> str:
        """`$backend_ID` where a canary takes a share, else nothing."""
        alternative = self._alternative(self._upstreams[location.upstream])
        return f"$backend_{self._server.id(location)}" if alternative else ""

    def _alternative(self, upstream: Upstream) -> Upstream | None:
        """The first canary counts (balancer.lua: traffic shaping for one alternative only), if it has Pods."""
        first = self._upstreams.get(upstream.alternatives[0]) if upstream.alternatives else None
        return first if first and first.canary and first.endpoints else None
