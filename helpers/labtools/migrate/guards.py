"""Who is asked for a password, a certificate or an address: would another Ingress answer without that?"""

from labcore.language.messages import phrase

from labtools.migrate.effects import Hosts
from labtools.migrate.found import Found
from labtools.migrate.paths import is_valid, written
from labtools.migrate.snippets import why_not

GUARDS = ("auth-type", "auth-url", "auth-tls-secret", "allowlist-source-range", "whitelist-source-range",
          "denylist-source-range")  # fmt: skip


def read_otherwise(found: Found, hosts: Hosts, *, expressions: bool) -> list[str]:
    """Paths that nginx reads as regular expressions because of the host, and the candidate as they are written."""
    made: list[str] = []
    for host, path in found.paths:
        if not hosts.is_regex(host) or found.is_canary:
            continue
        if path.get("pathType") == "Exact":
            made.append(
                phrase("path {path} is exact; nginx reads it as a regular expression on this host", path=written(path))
            )
        elif not expressions and found is not hosts.regex[host] and written(path) != "/":
            made.append(
                phrase(
                    "path {path} is a prefix in the case written; nginx reads it as a regular expression because of "
                    "Ingress {other}",
                    path=written(path),
                    other=hosts.regex[host].title,
                )
            )
    return made


def refused_today(found: Found) -> list[str]:
    """Paths that ingress-nginx took until strict-validate-path-type became its default."""
    return [
        phrase(
            "path {path}: ingress-nginx 1.12 and later do not serve it with pathType {type}; it is served here",
            path=written(path),
            type=path.get("pathType"),
        )
        for _, path in found.paths
        if not is_valid(path) and not found.is_canary
    ]


def shared(found: Found, hosts: Hosts, candidate: str) -> list[str]:
    """Why an Ingress may not be taken over beside another one of its hosts: nginx guards the whole host."""
    made: list[str] = []
    for host in {host: None for host, _ in found.paths}:
        if not host and "auth-tls-secret" in found.said:
            made.append(phrase("without a host Traefik asks nobody for a certificate"))
        for other in hosts.owners.get(host, []):
            if other is found or found.is_canary:
                continue
            if "auth-tls-secret" in other.said or "auth-tls-secret" in found.said:
                made.append(
                    phrase(
                        "nginx asks for certificates on the whole host {host}; Traefik asks for none where Ingress "
                        "{other} says otherwise than this one",
                        host=host,
                        other=other.title,
                    )
                )
            elif _loses_snippet(other, candidate):
                made.append(
                    phrase(
                        "server-snippet of Ingress {other} counts for the whole host {host} in nginx, and has no "
                        "effect here",
                        other=other.title,
                        host=host,
                    )
                )
    return made


def _loses_snippet(other: Found, candidate: str) -> bool:
    snippet = other.said.get("server-snippet", "")
    return bool(snippet) and (candidate != "provider" or bool(why_not(snippet)))


def loosened(found: Found, host: str, path: dict, hosts: Hosts, *, expressions: bool) -> str:
    """Why a guarded path may not be taken over: nginx matches more with it, and the rest would be open. Else "".

    `expressions`: the candidate matches regular expressions as nginx does, and in any case of letters.
    """
    guards = [name for name in GUARDS if name in found.said]
    if not guards or found.is_canary or not _matches_more(host, path, hosts, expressions):
        return ""
    for other in _beside(host, hosts):
        missing = [name for name in guards if other.said.get(name) != found.said[name]]
        if other is not found and missing and _catches(other, written(path)):
            return phrase(
                "path {path}: nginx matches more with it than a prefix that ends at a slash, and what is left Ingress "
                "{other} would answer without {guard}",
                path=written(path),
                other=other.title,
                guard=missing[0],
            )
    return ""


def _matches_more(host: str, path: dict, hosts: Hosts, expressions: bool) -> bool:
    said = written(path)
    if said in ("/", "/(.*)", "/.*", "/?(.*)"):
        return False
    if hosts.is_regex(host):
        return not expressions
    return path.get("pathType") == "ImplementationSpecific" and not said.endswith("/")


def _catches(other: Found, path: str) -> bool:
    """Has it a path under which the other one stands, as / is?"""
    begins = (written(own).split("(")[0].rstrip("/").lower() for _, own in other.paths)
    return any(path.lower().startswith(begin) for begin in begins) or bool(other.spec.get("defaultBackend"))


def _beside(host: str, hosts: Hosts) -> list[Found]:
    """The Ingresses of a host, and those of its wildcard and of every host."""
    wildcard = "*." + host.partition(".")[2]
    return [found for name in (host, wildcard, "") for found in hosts.owners.get(name, [])]
