"""The filters of a rule: what annotations say of every request, whatever its path."""

from collections.abc import Mapping

from labcore.language.messages import phrase

from labtools.gateway.options import Options
from labtools.gateway.paths import NotSaid, redirect_of

CODES = ("301", "302", "303", "307", "308")
REDIRECTS = (("temporal-redirect", 302), ("permanent-redirect", 301))
_VARIABLES = phrase("the value has variables of nginx, which are filled in for each request")


def redirect(said: Mapping[str, str]) -> dict | None:
    """Another URL for every request; raises NotSaid."""
    for name, usual in REDIRECTS:
        if name in said:
            code = said.get(f"{name}-code", str(usual)).strip()
            if code not in CODES:
                raise NotSaid(f"{name}-code", phrase("an HTTPRoute has no redirect with the code {code}", code=code))
            url = said[name].strip()
            if "$" in url.removeprefix("$scheme://").removesuffix("$request_uri"):
                raise NotSaid(name, _VARIABLES)
            return redirect_of(name, url, int(code))
    return None


def headers(said: Mapping[str, str], options: Options) -> list[dict]:
    """Headers and the Host that the application sees, and headers of the answer; raises NotSaid."""
    made: list[dict] = []
    if host := said.get("upstream-vhost", "").strip():
        made.append({"type": "URLRewrite", "urlRewrite": {"hostname": _fixed("upstream-vhost", host)}})
    if said.get("rewrite-target") and (prefix := said.get("x-forwarded-prefix", "").strip()):
        value = {"name": "X-Forwarded-Prefix", "value": _fixed("x-forwarded-prefix", prefix)}
        made.append({"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [value]}})
    if options.response_headers:
        named = [{"name": name, "value": value} for name, value in options.response_headers.items()]
        made.append({"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": named}})
    return made


def to_https() -> dict:
    """Plain HTTP is sent on to HTTPS, as nginx does it."""
    return {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 308}}


def to_path(path: str) -> dict:
    """A redirect to a path of the same host."""
    change = {"type": "ReplaceFullPath", "replaceFullPath": path}
    return {"type": "RequestRedirect", "requestRedirect": {"path": change, "statusCode": 302}}


def to_host(host: str) -> dict:
    """A redirect to another host."""
    return {"type": "RequestRedirect", "requestRedirect": {"hostname": host, "statusCode": 308}}


def merged(filters: list[dict]) -> list[dict]:
    """One filter of each type, as HTTPRoute wants it: two URLRewrites become one."""
    made: dict[str, dict] = {}
    for one in filters:
        field = next(key for key in one if key != "type")
        made[one["type"]] = {"type": one["type"], field: made.get(one["type"], {}).get(field, {}) | one[field]}
    return list(made.values())


def _fixed(name: str, value: str) -> str:
    if "$" in value:
        raise NotSaid(name, _VARIABLES)
    return value
