"""Objects in, nginx.conf out: one pure function, `render`. The watching is in controller.py."""

import re
from dataclasses import dataclass, field

import admission
import affinity
import asking
import balancing
import client_certificates
import errors
import limits
import mirroring
import redirects
import rewriting
import servers
import snippets
import upstreams as services
from annotations import Note
from locations import Writer
from model import Accepted, Location, Server
from objects import Cluster
from settings import events_lines, http_lines, main_lines, status_server
from upstreams import CATCH_ALL
from words import block, comment, quoted


@dataclass
class Rendered:
    """`files` are written beside nginx.conf; `refused` are Ingresses that are not served, with the reason."""

    text: str
    files: dict[str, bytes] = field(default_factory=dict)
    served: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def culprit(self, error: str, line: int) -> str:
        """Whose Ingress nginx's error is about: by its line, or else by the word that the error quotes."""
        for word in [] if line else re.findall(r'"([^"]+)"', error):
            found = [number for number, text in enumerate(self.text.split("\n"), 1) if word in text]
            line = line or (found[0] if found else 0)
        return self._ingress_at(line)

    def _ingress_at(self, line: int) -> str:
        """The last comment before the line that names an Ingress."""
        for text in reversed(self.text.split("\n")[:line]):
            if text.strip().startswith(MARK):
                return text.strip().removeprefix(MARK)
        return ""


MARK = "# Ingress "


def render(cluster: Cluster) -> Rendered:
    """nginx.conf for these objects."""
    accepted, refused, notes = admission.accept(cluster)
    upstreams = services.make(accepted, cluster)
    hosts = servers.make(accepted, upstreams, cluster)
    for ingress in accepted:
        if ingress.options.canary.enabled and not services.merge_canary(ingress, upstreams, hosts):
            notes.append(
                Note(ingress.key, "CanaryIgnored", "no Ingress has the same host and path for this canary")
            )
    files = servers.add_certificates(accepted, hosts, cluster)
    files |= {asking.ESCAPING_FILE: asking.ESCAPING, affinity.DATES_FILE: affinity.DATES}
    servers.add_default_backends(hosts, upstreams, cluster)
    for ingress in accepted:
        files |= _files(ingress)
    in_http = http_lines(cluster)
    in_http += _upstream_blocks(upstreams, hosts)
    in_http += _limit_blocks(accepted)
    for host in sorted(hosts):
        in_http += _server(hosts[host], hosts, upstreams, cluster)
    in_http += status_server(cluster)
    lines = [*main_lines(cluster), *events_lines(), *block("http", in_http)]
    served = [ingress.key for ingress in accepted]
    return Rendered("\n".join(lines) + "\n", files, served, refused, notes)


def _files(ingress: Accepted) -> dict[str, bytes]:
    options = ingress.options
    passwords = {options.access.password_file: options.access.passwords} if options.access.password_file else {}
    wanted = options.client_certificates
    authorities = {wanted.file: wanted.authority} if wanted.file else {}
    return passwords | authorities | dict(options.proxy_tls.files)


def _upstream_blocks(upstreams: dict[str, balancing.Upstream], hosts: dict[str, Server]) -> list[str]:
    """Only those that a location leads to, or a canary takes a share of."""
    used = {balancing.DEFAULT}
    for location in (each for server in hosts.values() for each in server.locations):
        used |= {location.upstream, location.error_upstream, *upstreams[location.upstream].alternatives}
    return [line for name in sorted(used & upstreams.keys()) for line in balancing.http_lines(upstreams[name])]


def _limit_blocks(accepted: list[Accepted]) -> list[str]:
    made = []
    for ingress in accepted:
        lines = limits.http_lines(ingress.options.limits)
        made += [comment(f"Ingress {ingress.key}"), *lines] if lines else []
    return made


def _server(server: Server, hosts: dict[str, Server], upstreams: dict, cluster: Cluster) -> list[str]:
    server.certificate = server.certificate or _of_wildcard(server, hosts)
    listeners = _listeners(server, cluster)
    locations = servers.ordered(server.locations)
    writer = Writer(server, upstreams, cluster, rewriting.is_regex(locations))
    before: list[str] = []
    inside = [f"server_name {server_names(server)};", *listeners, *_tls(server, cluster)]
    inside += client_certificates.server_lines(server.client_certificates)
    inside += snippets.lines(server.snippet)
    inside += _error_pages(locations)
    inside += mirroring.server_lines([each.options.mirror for each in locations])
    for location in locations:
        mark = [comment(f"Ingress {location.ingress.key}")] if location.ingress else []
        maps = writer.http(location)
        before += mark + maps if maps else []
        inside += mark + writer.beside(location) + writer.location(location)
    if server.host == CATCH_ALL:
        inside += block("location /healthz", ["access_log off;", "return 200;"])
    made = [*before, *block("server", inside)]
    if server.from_to_www and redirects.is_name(server.host):
        other = server.host.removeprefix("www.") if server.host.startswith("www.") else f"www.{server.host}"
        if other not in hosts:
            made += redirects.www_server(server.host, listeners, _tls(server, cluster))
    return made


def server_names(server: Server) -> str:
    """buildServerName of template.go: a wildcard stands for exactly one label."""
    name = server.host
    if name.startswith("*"):
        name = r"~^(?<subdomain>[\w-]+)\." + name.replace("*.", "", 1).replace(".", r"\.") + "$"
        return " ".join([f'"{name}"' if '"' not in name else quoted(name), *map(quoted, server.aliases)])
    return " ".join(map(quoted, [name, *server.aliases]))


def _listeners(server: Server, cluster: Cluster) -> list[str]:
    place = cluster.place
    first = " default_server" if server.host == CATCH_ALL else ""
    return [f"listen {place.address}:{place.http}{first};", f"listen {place.address}:{place.https}{first} ssl;"]


def _tls(server: Server, cluster: Cluster) -> list[str]:
    """A server without a certificate shows the default one; without that either, it ends the handshake."""
    file = server.certificate or cluster.default_certificate
    made = [f"ssl_certificate {file};", f"ssl_certificate_key {file};"] if file else ["ssl_reject_handshake on;"]
    made += [f"ssl_ciphers {quoted(server.ciphers)};"] if server.ciphers else []
    return made + (
        [f"ssl_prefer_server_ciphers {server.prefer_server_ciphers};"] if server.prefer_server_ciphers else []
    )


def _of_wildcard(server: Server, hosts: dict[str, Server]) -> str:
    """get_pem_cert_uid of certificate.lua: the wildcard's certificate is for its names, too."""
    wildcard = hosts.get("*." + server.host.partition(".")[2])
    return wildcard.certificate if wildcard else ""


def _error_pages(locations: list[Location]) -> list[str]:
    """buildCustomErrorLocationsPerServer: each pair of default backend and code once."""
    wanted: dict[str, set[int]] = {}
    for location in locations:
        wanted.setdefault(location.error_upstream, set()).update(location.options.errors.codes)
    return [line for name in sorted(wanted) for line in errors.server_lines(name, sorted(wanted[name]))]
