"""What becomes of a request that a rule takes: a redirect, or Services by weight; filters, timeouts, retries."""

import re

from backends import Backends
from matching import typed_path

CORS = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy"
REDIRECTS = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}
WHOLE_PATH = "^/.*$"


def action_of(rule: dict, match: dict, backends: Backends) -> dict:
    """The part of a config.route.v3.Route that says what to do."""
    filters = {f["type"]: f for f in rule.get("filters") or [] if f["type"] != "RequestMirror"}
    made: dict = {}
    if "RequestHeaderModifier" in filters:
        made |= _headers("request", filters["RequestHeaderModifier"]["requestHeaderModifier"])
    if "ResponseHeaderModifier" in filters:
        made |= _headers("response", filters["ResponseHeaderModifier"]["responseHeaderModifier"])
    if "CORS" in filters:
        made["typed_per_filter_config"] = {"envoy.filters.http.cors": _cors(filters["CORS"]["cors"])}
    if "RequestRedirect" in filters:
        return made | {"redirect": _redirect(filters["RequestRedirect"]["requestRedirect"], match)}
    action = backends.weighted(rule) | _timeouts(rule)
    if "URLRewrite" in filters:
        action |= _rewrite(filters["URLRewrite"]["urlRewrite"], match)
    mirrors = [f["requestMirror"] for f in rule.get("filters") or [] if f["type"] == "RequestMirror"]
    if mirrors:
        action["request_mirror_policies"] = [_mirror(mirror, backends) for mirror in mirrors]
    return made | {"route": action}


def _timeouts(rule: dict) -> dict:
    """Without a timeout of its own a request may take as long as it wants; Envoy's default would be 15 s."""
    timeouts, retry = rule.get("timeouts") or {}, rule.get("retry")
    whole = seconds(timeouts.get("request", "0s"))
    each = seconds(timeouts.get("backendRequest", "0s"))
    made: dict = {"timeout": f"{whole:g}s"}
    if not retry:
        shortest = min(filter(None, (whole, each)), default=0)
        return {"timeout": f"{shortest:g}s"}
    policy = {"retry_on": "connect-failure,reset,retriable-status-codes", "num_retries": retry.get("attempts", 1)}
    if retry.get("codes"):
        policy["retriable_status_codes"] = retry["codes"]
    if each:
        policy["per_try_timeout"] = f"{each:g}s"
    if retry.get("backoff"):
        policy["retry_back_off"] = {"base_interval": f"{seconds(retry['backoff']):g}s"}
    return made | {"retry_policy": policy}


def seconds(duration: str) -> float:
    """`1m30s` is 90."""
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)(ms|h|m|s)", duration))


def _mirror(mirror: dict, backends: Backends) -> dict:
    """A copy of each request, or of a share; nobody waits for its answer."""
    fraction = mirror.get("fraction") or {"numerator": mirror.get("percent", 100), "denominator": 100}
    million = round(1_000_000 * fraction["numerator"] / fraction.get("denominator", 100))
    share = {"default_value": {"numerator": million, "denominator": "MILLION"}}
    return {"cluster": backends.cluster(mirror["backendRef"]), "runtime_fraction": share}


def _redirect(redirect: dict, match: dict) -> dict:
    """config.route.v3.RedirectAction."""
    made: dict = {"response_code": REDIRECTS[redirect.get("statusCode", 302)]}
    if redirect.get("scheme"):
        made["scheme_redirect"] = redirect["scheme"]
    if redirect.get("hostname"):
        made["host_redirect"] = redirect["hostname"]
    if redirect.get("port"):
        made["port_redirect"] = redirect["port"]
    path = redirect.get("path") or {}
    if "replaceFullPath" in path:
        made["path_redirect"] = path["replaceFullPath"]
    if "replacePrefixMatch" in path:
        made |= _prefix(path["replacePrefixMatch"], match)
    return made


def _rewrite(rewrite: dict, match: dict) -> dict:
    """What the application sees of path and host."""
    made: dict = {}
    if rewrite.get("hostname"):
        made["host_rewrite_literal"] = rewrite["hostname"]
    path = rewrite.get("path") or {}
    if "replaceFullPath" in path:
        made["regex_rewrite"] = {"pattern": {"regex": WHOLE_PATH}, "substitution": path["replaceFullPath"]}
    if "replacePrefixMatch" in path:
        made |= _prefix(path["replacePrefixMatch"], match)
    return made


def _prefix(new: str, match: dict) -> dict:
    """/old/a becomes /new/a. With "/" it must not become //a, so the slash behind the prefix goes, too."""
    _, old = typed_path(match)
    if new.rstrip("/"):
        return {"prefix_rewrite": new.rstrip("/") + ("/" if not old.rstrip("/") else "")}
    return {"regex_rewrite": {"pattern": {"regex": f"^{re.escape(old.rstrip('/'))}/*"}, "substitution": "/"}}


def _headers(side: str, change: dict) -> dict:
    """Headers set, added and removed; a % is Envoy's own sign for variables."""
    modes = (("set", "OVERWRITE_IF_EXISTS_OR_ADD"), ("add", "APPEND_IF_EXISTS_OR_ADD"))
    options = [
        {"header": {"key": h["name"], "value": h["value"].replace("%", "%%")}, "append_action": mode}
        for kind, mode in modes
        for h in change.get(kind) or []
    ]
    return {f"{side}_headers_to_add": options, f"{side}_headers_to_remove": change.get("remove") or []}


def _cors(cors: dict) -> dict:
    """Envoy's filter answers preflight requests itself, and adds headers to the other answers."""
    made = {
        "@type": CORS,
        "allow_origin_string_match": [_origin(origin) for origin in cors.get("allowOrigins") or []],
        "allow_methods": ",".join(cors.get("allowMethods") or []),
        "allow_headers": ",".join(cors.get("allowHeaders") or []),
        "expose_headers": ",".join(cors.get("exposeHeaders") or []),
        "max_age": str(cors.get("maxAge", 5)),
        "allow_credentials": bool(cors.get("allowCredentials")),
    }
    return {key: value for key, value in made.items() if value != ""}


def _origin(origin: str) -> dict:
    if "*" not in origin:
        return {"exact": origin}
    return {"safe_regex": {"regex": ".*".join(re.escape(part) for part in origin.split("*"))}}
