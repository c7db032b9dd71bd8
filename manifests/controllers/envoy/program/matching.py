"""A match of an HTTPRoute as a match of Envoy's, and the order of the specification among them."""

from objects import name


def match_of(match: dict) -> dict:
    """config.route.v3.RouteMatch."""
    headers = [{"name": h["name"], "string_match": _value(h)} for h in match.get("headers") or []]
    if match.get("method"):
        headers.append({"name": ":method", "string_match": {"exact": match["method"]}})
    queries = [{"name": q["name"], "string_match": _value(q)} for q in match.get("queryParams") or []]
    return path_of(match) | {"headers": headers, "query_parameters": queries}


def path_of(match: dict) -> dict:
    """A prefix ends at a slash: /a fits /a and /a/b, not /ab."""
    kind, value = typed_path(match)
    if kind == "Exact":
        return {"path": value}
    if kind == "RegularExpression":
        return {"safe_regex": {"regex": value}}
    return {"path_separated_prefix": value.rstrip("/")} if value.rstrip("/") else {"prefix": "/"}


def typed_path(match: dict) -> tuple[str, str]:
    path = match.get("path") or {}
    return path.get("type", "PathPrefix"), path.get("value", "/")


def _value(wanted: dict) -> dict:
    if wanted.get("type") == "RegularExpression":
        return {"safe_regex": {"regex": wanted["value"]}}
    return {"exact": wanted["value"]}


def order(host: str, route: dict, number: int, match: dict) -> tuple:
    """Smaller goes first. Envoy takes the first route of a virtual host that fits, so its list has this order."""
    kind, value = typed_path(match)
    return (
        host == "*",
        host.startswith("*"),
        -len(host),
        kind != "Exact",
        -len(value),
        "method" not in match,
        -len(match.get("headers") or []),
        -len(match.get("queryParams") or []),
        route["metadata"].get("creationTimestamp", ""),
        name(route),
        number,
    )
