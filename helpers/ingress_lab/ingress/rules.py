"""Ingress objects as a list of rules, and the API's reading of which rule a URL meets.

Source of the reading: the comments of `IngressRule` and `HTTPIngressPath` in the API reference
(https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/) and
https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types. What the API leaves open
(two Ingresses with the same host and path; ImplementationSpecific) is answered here as most controllers do: the
older Ingress wins, and ImplementationSpecific is read as Prefix.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Rule:
    """One path of one rule of an Ingress; `host` "" is any host, `path` "" its default backend."""

    host: str
    path: str
    path_type: str
    service: str
    port: str
    ingress: str = ""
    namespace: str = ""
    class_name: str = ""
    created: str = ""

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


def api_reading(rules: Iterable[Rule], url: str) -> Rule | None:
    """The rule that the Ingress API says a URL meets, or None.

    The host first (a full name before a wildcard before none), then the longest path, Exact before Prefix; a default
    backend only when no rule's host and path match.
    """
    rules = list(rules)
    host, path = host_and_path(url)
    fitting = [r for r in rules if not r.is_default and host_matches(r.host, host)]
    best = max((_host_rank(r.host) for r in fitting), default=0)
    matching = [r for r in fitting if _host_rank(r.host) == best and path_matches(r, path)]
    if matching:
        return min(matching, key=_precedence)
    return next((r for r in rules if r.is_default), None)


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
    prefix = _elements(rule.path)
    return _elements(path)[: len(prefix)] == prefix


def _elements(path: str) -> list[str]:
    """`/foo/bar/` is foo, bar: a trailing slash is ignored."""
    return path.rstrip("/").split("/")[1:]


def _precedence(rule: Rule) -> tuple:
    """Smaller goes first: longest path, Exact, then the older Ingress."""
    return (-len(_elements(rule.path)), rule.path_type != "Exact", rule.created, rule.namespace, rule.ingress)


def _host_rank(host: str) -> int:
    return 0 if not host else 1 if host.startswith("*") else 2
