"""What no single annotation says: how ingress-nginx reads several Ingresses together, host by host.

Source: ingress-nginx v1.15.1, internal/ingress/controller (controller.go createServers, location.go) and
internal/ingress/controller/template (buildLocation, enforceRegexModifier).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from labcore.language.messages import phrase

from labtools.migrate.found import Found

SERVER_WIDE = ("server-snippet", "ssl-ciphers", "ssl-prefer-server-ciphers", "auth-tls-secret", "server-alias",
               "from-to-www-redirect", "proxy-ssl-secret")  # fmt: skip
"""Annotations that count for the whole host; the Ingress that was made first decides."""
_SEGMENTS = re.compile(r"^/[\w./~%:@+,-]*$")


@dataclass(frozen=True)
class Note:
    """A sentence on an Ingress, or on a host with several of them."""

    about: str
    text: str


@dataclass
class Hosts:
    """What all Ingresses together say of each host ("" is every host without rules of its own)."""

    owners: dict[str, list[Found]] = field(default_factory=dict)
    regex: dict[str, Found] = field(default_factory=dict)
    mains: dict[tuple[str, str, str], Found] = field(default_factory=dict)
    tls: dict[str, Found] = field(default_factory=dict)

    def is_regex(self, host: str) -> bool:
        """Are all paths of the host regular expressions that do not look at the case of letters?"""
        return host in self.regex

    def has_root(self, host: str) -> bool:
        """Does an Ingress of the host say what becomes of /?"""
        roots = ("/", "/(.*)", "/.*", "/?(.*)", "/(.*)$")
        paths = [path for found in self.owners.get(host, []) for at, path in found.paths if at == host]
        return any(str(path.get("path") or "/") in roots for path in paths)

    def tls_of(self, found: Found, host: str) -> Found | None:
        """The Ingress whose spec.tls gives the host a certificate; one that names no host is meant for its own."""
        entries = found.spec.get("tls") or []
        return found if any(not tls.get("hosts") for tls in entries) else self.tls.get(host)

    def needs_https(self, found: Found, host: str) -> bool:
        """Does nginx send plain HTTP on to HTTPS? For a host with a certificate that is its default."""
        if found.on("force-ssl-redirect"):
            return True
        return found.on("ssl-redirect", default=True) and self.tls_of(found, host) is not None

    def main_of(self, canary: Found) -> Found | None:
        """The Ingress beside which a canary stands: the same namespace, host and path."""
        for host, path in canary.paths:
            if found := self.mains.get((canary.namespace, host, path.get("path") or "/")):
                return found
        return None


def hosts_of(ingresses: Iterable[Found]) -> Hosts:
    """Reads them in the order of ingress-nginx: the oldest first, where ages are known."""
    made = Hosts()
    for found in ingresses:
        if found.is_canary:
            continue
        for tls in found.spec.get("tls") or []:
            for host in tls.get("hosts") or []:
                made.tls.setdefault(host, found)
        for host in {host: None for host, _ in found.paths}:
            made.owners.setdefault(host, []).append(found)
        for host, path in found.paths:
            made.mains.setdefault((found.namespace, host, path.get("path") or "/"), found)
            target = found.said.get("rewrite-target", "")
            if found.on("use-regex") or (target and target != path.get("path")):
                made.regex.setdefault(host, found)
    return made


def notes_of(ingresses: Sequence[Found], hosts: Hosts) -> Iterator[Note]:
    """Everything that a reader of single annotations would miss."""
    for host, owners in hosts.owners.items():
        yield from _of_host(host, owners, hosts)
    for found in ingresses:
        yield from _of_ingress(found, hosts)
    exempt = [found.title for found in ingresses if not found.on("enable-global-auth", default=True)]
    if exempt and len(exempt) < len(ingresses):
        text = phrase(
            "enable-global-auth: false means that the controller asks an authentication service for all others "
            "(global-auth-url of its ConfigMap), and no candidate does that without a setting of its own"
        )
        yield Note(", ".join(exempt), text)


def other_name(host: str) -> str:
    """www.a.com of a.com, and the other way round; "" for a wildcard and for every host."""
    if not host or host.startswith("*."):
        return ""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def _of_host(host: str, owners: Sequence[Found], hosts: Hosts) -> Iterator[Note]:
    shown = host or phrase("(every host)")
    if host in hosts.regex:
        others = [o.title for o in owners if o is not hosts.regex[host]]
        why = phrase(
            "Ingress {name} makes every path of this host a regular expression in nginx, without regard to case, and "
            "without an end at a slash",
            name=hosts.regex[host].title,
        )
        if others:
            why = phrase("{why}; those of {others} too", why=why, others=", ".join(others))
        yield Note(shown, why)
    for name in SERVER_WIDE:
        saying = {o.said[name]: o.title for o in owners if name in o.said}
        if len(saying) > 1:
            yield Note(
                shown,
                phrase(
                    "{name} counts for the whole host, and {titles} say it differently: the oldest Ingress decides",
                    name=name,
                    titles=", ".join(saying.values()),
                ),
            )
    yield from _same_paths(shown, host, owners)


def _same_paths(shown: str, host: str, owners: Sequence[Found]) -> Iterator[Note]:
    claimed: dict[str, Found] = {}
    for found in owners:
        for path in (p.get("path") or "/" for h, p in found.paths if h == host):
            first = claimed.setdefault(path, found)
            if first is not found:
                yield Note(
                    shown,
                    phrase(
                        "{first} and {second} both claim the path {path}: in nginx the oldest Ingress has it, and "
                        "Traefik counts otherwise",
                        first=first.title,
                        second=found.title,
                        path=path,
                    ),
                )


def _of_ingress(found: Found, hosts: Hosts) -> Iterator[Note]:
    if found.is_canary and hosts.main_of(found) is None:
        yield Note(found.title, phrase("it is a canary, and no Ingress here has one of its hosts and paths"))
    loose = [path["path"] for host, path in found.paths if _ends_anywhere(path) and not hosts.is_regex(host)]
    if loose:
        yield Note(
            found.title,
            phrase(
                "pathType ImplementationSpecific: nginx matches {paths} as the beginning of a path, Traefik at a slash",
                paths=", ".join(loose),
            ),
        )
    slashed = [p["path"] for h, p in found.paths if _is_slashed(p) and not hosts.is_regex(h)]
    if slashed:
        yield Note(
            found.title,
            phrase("nginx sends a request without the last slash of {paths} there (301), Traefik does not",
                   paths=", ".join(slashed)),
        )  # fmt: skip
    yield from _of_tls(found)
    if found.spec.get("defaultBackend") and found.rules:
        yield Note(found.title, phrase("its defaultBackend answers for its own hosts only, and for no path of others"))


def _of_tls(found: Found) -> Iterator[Note]:
    ruled = {host for host, _ in found.paths}
    named = {host for tls in found.spec.get("tls") or [] for host in tls.get("hosts") or []}
    without = sorted(named - ruled) if found.rules else []
    if without:
        yield Note(
            found.title,
            phrase("spec.tls names {hosts}, for which it has no rule", hosts=", ".join(without)),
        )
    secrets: Mapping[str, None] = {tls.get("secretName", ""): None for tls in found.spec.get("tls") or []}
    if "" in secrets:
        yield Note(
            found.title, phrase("spec.tls names no Secret: nginx shows its default certificate, Traefik its own")
        )


def _ends_anywhere(path: dict) -> bool:
    return path.get("pathType") == "ImplementationSpecific" and len(path.get("path") or "") > 1


def _is_slashed(path: dict) -> bool:
    written = path.get("path") or "/"
    return path.get("pathType") != "Exact" and written.endswith("/") and len(written) > 1


def is_plain(path: str) -> bool:
    """Has the path no sign of a regular expression?"""
    return bool(_SEGMENTS.match(path)) and ".*" not in path
