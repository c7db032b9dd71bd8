"""What ingress-nginx's dialect decides host by host, over all Ingresses of the class."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from labtools.traefik.annotations import Settings


@dataclass
class Hosts:
    """`regex`: one annotation makes all paths of a host regular expressions. `rooted`: something answers "/" there."""

    all: set[str] = field(default_factory=set)
    regex: set[str] = field(default_factory=set)
    rooted: set[str] = field(default_factory=set)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    app_roots: dict[str, str] = field(default_factory=dict)


def hosts_of(kept: Iterable[tuple[dict, Settings]]) -> Hosts:
    """What all Ingresses together say of each host: this provider decides some things for a host, not for a rule."""
    hosts = Hosts()
    for ingress, settings in kept:
        owner = (ingress["metadata"].get("namespace", ""), ingress["metadata"]["name"])
        for alias in settings.aliases:
            hosts.aliases.setdefault(alias.lower(), owner)
        for rule in ingress["spec"].get("rules") or []:
            host = rule.get("host") or ""
            hosts.all.add(host)
            if settings.app_root:
                hosts.app_roots.setdefault(host, settings.app_root)
            if settings.on("use-regex") or settings.get("rewrite-target"):
                hosts.regex.add(host)
            paths = {p.get("path") or "" for p in (rule.get("http") or {}).get("paths") or []}
            if ingress["spec"].get("defaultBackend") or paths & {"", "/"}:
                hosts.rooted.add(host)
    return hosts
