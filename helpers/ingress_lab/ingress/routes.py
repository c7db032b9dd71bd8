"""HTTPRoutes of the Gateway API as rules, beside those of Ingresses; a rule with several Services is several rules.

Source: https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httproutespec
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from labcore.errors import Refused

from ingress_lab.ingress.rules import HTTP_ROUTE, Rule

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

GROUP = "gateway.networking.k8s.io"


def read(lab: "Lab", kind: str = HTTP_ROUTE) -> list[dict]:
    """The objects of a kind of the group in the lab's namespace; none where it is not defined, or may not be read."""
    resource = lab.api.find(f"{GROUP}/v1", kind)
    try:
        return lab.api.list(resource, lab.namespace if resource.namespaced else "")["items"] if resource else []
    except Refused as error:
        if error.code != 403:
            raise
        return []


def rules_of(routes: Iterable[dict]) -> list[Rule]:
    """The rules of HTTPRoute objects, in the order in which they are written."""
    return [rule for route in routes for rule in _rules(route)]


def _rules(route: dict) -> Iterator[Rule]:
    meta, spec = route["metadata"], route.get("spec", {})
    common = {
        "ingress": meta["name"],
        "namespace": meta.get("namespace", ""),
        "class_name": ", ".join(parent["name"] for parent in spec.get("parentRefs") or []),
        "created": meta.get("creationTimestamp") or "",
        "kind": HTTP_ROUTE,
    }
    for host in spec.get("hostnames") or [""]:
        for rule in spec.get("rules") or []:
            for match in rule.get("matches") or [{}]:
                path = match.get("path") or {}
                where = host, path.get("value", "/"), path.get("type", "PathPrefix")
                for service, port, share in outcomes(rule):
                    yield Rule(*where, service, port, conditions=conditions(match), share=share, **common)


def conditions(match: dict) -> str:
    """What a request needs beside host and path: `POST, X-Team: red, ?q=1`."""
    headers = [f"{h['name']}: {h['value']}" for h in match.get("headers") or []]
    queries = [f"?{q['name']}={q['value']}" for q in match.get("queryParams") or []]
    return ", ".join([*([match["method"]] if match.get("method") else []), *headers, *queries])


def outcomes(rule: dict) -> Iterator[tuple[str, str, str]]:
    """(Service, port, weight) of each that may answer; of a redirect its status, of a rule without any 500."""
    redirects = [f["requestRedirect"] for f in rule.get("filters") or [] if f.get("requestRedirect")]
    for redirect in redirects:
        yield str(redirect.get("statusCode", 302)), "", ""
    backends = [b for b in rule.get("backendRefs") or [] if b.get("weight", 1)]
    for backend in backends:
        place = f"{backend['namespace']}/" if backend.get("namespace") else ""
        weight = str(backend.get("weight", 1)) if len(backends) > 1 else ""
        yield f"{place}{backend['name']}", str(backend.get("port", "")), weight
    if not redirects and not backends:
        yield "500", "", ""
