"""Ingress objects as a list of rules, and the API's reading of which rule a URL meets.

Source of the reading: the comments of `IngressRule` and `HTTPIngressPath` in the API reference
(https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/) and
https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types. What the API leaves open stays open, and
has several readings: hosts that fit both (a full name, a wildcard, none), and two Ingresses with the same host and
path. Paths of one host are compared across Ingresses as the API compares them within one. ImplementationSpecific is
read as Prefix.
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


def api_readings(rules: Iterable[Rule], url: str) -> list[Rule]:
    """The rules by which the Ingress API lets a URL be answered: several where it gives no order, none for a 404.

    Of one host the longest path, Exact before Prefix; default backends only when no rule's host and path match.
    """
    rules = list(rules)
    host, path = host_and_path(url)
    fitting = [r for r in rules if not r.is_default and host_matches(r.host, host) and path_matches(r, path)]
    best: dict[str, tuple] = {}
    for rule in fitting:
        best[rule.host.lower()] = min(_precedence(rule), best.get(rule.host.lower(), _LAST))
    return [r for r in fitting if _precedence(r) == best[r.host.lower()]] or [r for r in rules if r.is_default]


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


_LAST = (1, True)


def _precedence(rule: Rule) -> tuple:
    """Smaller goes first: longest path, then Exact."""
    return (-len(_elements(rule.path)), rule.path_type != "Exact")
