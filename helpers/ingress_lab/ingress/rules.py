"""Ingress objects as a list of rules, and the API's reading of which rule a URL meets, those of HTTPRoutes included.

Source of the reading: the comments of `IngressRule` and `HTTPIngressPath` in the API reference
(https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/) and
https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types. What the API leaves open stays open, and
has several readings: hosts that fit both (a full name, a wildcard, none), and two Ingresses with the same host and
path. Paths of one host are compared across Ingresses as the API compares them within one. ImplementationSpecific is
read as Prefix. The specification of HTTPRoute gives an order of hosts, the most specific first, and a wildcard stands
for several labels.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

HTTP_ROUTE = "HTTPRoute"


@dataclass(frozen=True)
class Rule:
    """One path of one rule of an Ingress; `host` "" is any host, `path` "" its default backend.

    Of an HTTPRoute (`ingress` is its name, `class_name` its Gateways): `conditions` are what a request needs beside
    host and path, `share` is the weight of the Service where there are several.
    """

    host: str
    path: str
    path_type: str
    service: str
    port: str
    ingress: str = ""
    namespace: str = ""
    class_name: str = ""
    created: str = ""
    kind: str = "Ingress"
    conditions: str = ""
    share: str = ""

    @property
    def is_default(self) -> bool:
        """The default backend of an Ingress has neither host nor path."""
        return not self.path


def rules_of(ingresses: Iterable[dict]) -> list[Rule]:
    """The rules of Ingress objects, in the order in which they are written."""
    return [rule for ingress in ingresses for rule in _rules(ingress)]


def _rules(ingress: dict) -> Iterable[Rule]:
    meta, spec = ingress["metadata"], ingress.get("spec", {})
    common = {
        "ingress": meta["name"],
        "namespace": meta.get("namespace", ""),
        "class_name": spec.get("ingressClassName") or "",
        "created": meta.get("creationTimestamp") or "",
    }
    for rule in spec.get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            service, port = _backend(path.get("backend") or {})
            where = path.get("path") or "/"
            yield Rule(rule.get("host") or "", where, path.get("pathType", ""), service, port, **common)
    if spec.get("defaultBackend"):
        service, port = _backend(spec["defaultBackend"])
        yield Rule("", "", "", service, port, **common)


def _backend(backend: dict) -> tuple[str, str]:
    service = backend.get("service") or {}
    port = service.get("port") or {}
    return service.get("name", ""), str(port.get("number") or port.get("name") or "")


def api_readings(rules: Iterable[Rule], url: str) -> list[Rule]:
    """The rules by which the Ingress API lets a URL be answered: several where it gives no order, none for a 404.

    Of one host the longest path, Exact before Prefix; default backends only when no rule's host and path match.
    """
    rules = list(rules)
    host, path = host_and_path(url)
    fitting = _most_specific([r for r in rules if _fits(r, host, path)])
    best: dict[str, tuple] = {}
    for rule in fitting:
        best[rule.host.lower()] = min(_precedence(rule), best.get(rule.host.lower(), _LAST))
    return [r for r in fitting if _precedence(r) == best[r.host.lower()]] or [r for r in rules if r.is_default]


def _fits(rule: Rule, host: str, path: str) -> bool:
    """A rule with further conditions is not met by a URL alone."""
    deep = rule.kind == HTTP_ROUTE and rule.host.startswith("*.") and host.endswith(rule.host[1:].lower())
    there = deep or host_matches(rule.host, host)
    return there and not rule.is_default and not rule.conditions and path_matches(rule, path)


def _most_specific(fitting: list[Rule]) -> list[Rule]:
    """Of HTTPRoutes' rules those with the most specific host: a full name, then the longest wildcard, then none."""
    rank = {rule.host: (not rule.host.startswith("*"), len(rule.host)) for rule in fitting if rule.kind == HTTP_ROUTE}
    best = max((value for host, value in rank.items() if host), default=(False, 0))
    return [r for r in fitting if r.kind != HTTP_ROUTE or rank[r.host] == best or not any(rank)]


def host_and_path(url: str) -> tuple[str, str]:
    """The host without port, in lower case, and the path as written."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.path or "/"


def host_matches(pattern: str, host: str) -> bool:
    """`*.foo.com` is one label in front of foo.com; "" is every host."""
    pattern = pattern.lower()
    if not pattern or pattern == host:
        return True
    return (
        pattern.startswith("*.") and "." in host and host.partition(".")[2] == pattern[2:] and not host.startswith(".")
    )


def path_matches(rule: Rule, path: str) -> bool:
    """Exact: the same, case included. Prefix: the same elements between slashes, from the first on."""
    if rule.path_type == "Exact":
        return path == rule.path
    if rule.path_type == "RegularExpression":
        return bool(re.search(rule.path, path))
    prefix = _elements(rule.path)
    return _elements(path)[: len(prefix)] == prefix


def _elements(path: str) -> list[str]:
    """`/foo/bar/` is foo, bar: a trailing slash is ignored."""
    return path.rstrip("/").split("/")[1:]


_LAST = (1, True)


def _precedence(rule: Rule) -> tuple:
    """Smaller goes first: longest path, then Exact."""
    return (-len(_elements(rule.path)), rule.path_type != "Exact")
