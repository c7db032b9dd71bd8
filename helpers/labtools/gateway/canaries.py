"""Canary Ingresses: weights beside a main backend, and rules of their own for a header."""

from collections.abc import Mapping, Sequence

from labtools.gateway.backends import Backends
from labtools.gateway.rules import said_of


def is_canary(ingress: dict) -> bool:
    """Does it stand beside another Ingress?"""
    return str(said_of(ingress).get("canary", "")).lower() == "true"


def beside(rule: dict, path: dict, host: str, canaries: Sequence[dict], backends: Backends) -> list[dict]:
    """The rule of a main Ingress, with those of the canary that has the same host and path."""
    for canary in canaries:
        for other in canary["spec"].get("rules") or []:
            for canary_path in (other.get("http") or {}).get("paths") or []:
                same = (other.get("host") or "", canary_path.get("path"), canary_path.get("pathType"))
                if same == (host, path.get("path"), path.get("pathType")):
                    return _both(rule, backends.of(canary_path.get("backend") or {}), said_of(canary))
    return [rule]


def _both(rule: dict, canary: dict | None, said: Mapping[str, str]) -> list[dict]:
    if canary is None or "backendRefs" not in rule:
        return [rule]
    made = [rule]
    main = dict(rule["backendRefs"][0])
    weight = _number(said.get("canary-weight", ""))
    if weight:
        total = max(_number(said.get("canary-weight-total", "")) or 100, 100)
        rule["backendRefs"] = [main | {"weight": max(0, total - weight)}, canary | {"weight": min(weight, total)}]
    if header := said.get("canary-by-header", "").strip():
        made.insert(0, _by_header(rule, _header(header, said), canary))
        fixed = {"canary-by-header-value", "canary-by-header-pattern"} & said.keys()
        if weight and not fixed:  # `never` keeps a client away from the canary
            made.insert(1, _by_header(rule, {"name": header, "value": "never"}, main))
    return made


def _by_header(rule: dict, header: dict, backend: dict) -> dict:
    match = rule["matches"][0] | {"headers": [header]}
    return rule | {"matches": [match], "backendRefs": [dict(backend)]}


def _header(name: str, said: Mapping[str, str]) -> dict:
    if value := said.get("canary-by-header-value"):
        return {"name": name, "value": value}
    if pattern := said.get("canary-by-header-pattern"):
        return {"name": name, "type": "RegularExpression", "value": pattern}
    return {"name": name, "value": "always"}


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else 0
