"""affinity and session-cookie-*: annotations/sessionaffinity, rootfs/etc/nginx/lua/balancer/sticky*.lua."""

import hashlib
from dataclasses import dataclass

import values
from annotations import MEDIUM, Reader, Rule
from canary import cookie_map
from words import block, literal, quoted

DATES_FILE = "dates.js"
DATES = rb"""
function cookie_ends(r) {
    return new Date(Date.now() + Number(r.variables.sticky_seconds) * 1000).toUTCString();
}
export default {cookie_ends};
"""
"""What Lua's ngx.cookie_time says, in njs."""
_BASIC = values.shaped(values.BASIC_CHARS, spaces_count=False)
_SECONDS = values.holds(r"^0|-?[1-9]\d*$")
RULES = {
    "affinity": Rule(values.one_of("cookie")),
    "affinity-mode": Rule(values.one_of("balanced", "persistent"), MEDIUM),
    "affinity-canary-behavior": Rule(values.one_of("sticky", "legacy")),
    "session-cookie-name": Rule(_BASIC, MEDIUM),
    "session-cookie-secure": Rule(values.boolean),
    "session-cookie-expires": Rule(_SECONDS, MEDIUM),
    "session-cookie-max-age": Rule(_SECONDS, MEDIUM),
    "session-cookie-path": Rule(values.shaped(values.URL, spaces_count=False), MEDIUM),
    "session-cookie-domain": Rule(_BASIC, MEDIUM),
    "session-cookie-samesite": Rule(values.one_of("none", "lax", "strict", any_case=True)),
}


@dataclass(frozen=True)
class Affinity:
    kind: str = ""
    canary: str = ""
    name: str = "INGRESSCOOKIE"
    secure: bool = False
    expires: str = ""
    max_age: str = ""
    path: str = ""
    domain: str = ""
    same_site: str = ""


def read(reader: Reader) -> Affinity:
    if reader.text("affinity-mode").strip() == "persistent":
        reader.note("AnnotationNotSupported", "affinity-mode persistent needs Lua: sessions are balanced instead")
    return Affinity(
        kind=reader.text("affinity").strip(),
        canary=reader.text("affinity-canary-behavior").strip(),
        name=reader.text("session-cookie-name", "INGRESSCOOKIE"),
        secure=reader.flag("session-cookie-secure"),
        expires=_seconds(reader.text("session-cookie-expires")),
        max_age=_seconds(reader.text("session-cookie-max-age")),
        path=reader.text("session-cookie-path"),
        domain=reader.text("session-cookie-domain"),
        same_site=reader.text("session-cookie-samesite").strip(),
    )


def backend_key(upstream: str) -> str:
    """What stands behind the `|` of the cookie: which upstream the client belongs to (sticky.lua, sync)."""
    once = hashlib.md5(upstream.encode()).hexdigest()  # noqa: S324 - a name, no secret
    return hashlib.md5((once + upstream).encode()).hexdigest()  # noqa: S324


def http_lines(affinity: Affinity, id: str, backend: str, keys: dict[str, str], dated: bool) -> list[str]:
    """Of one location. `backend` is its upstream's name or variable; `keys` are sticky upstreams and their roles.

    The key before the `|` is what `hash` of the upstream reads: the same key, the same Pod, as resty.chash finds
    it. A new client's key is $request_id. The cookie is set as in sticky.lua: when a Pod was asked, and for a
    client that sent none; what it holds is not looked at. `dated`: with the module njs.
    """
    made = cookie_map(affinity.name, f"cookie_{id}")
    asked = f'map "$cookie_{id}|$upstream_addr|$key_{id}" $new_{id}'
    made += block(asked, ['default "";', f'"~^\\|.+\\|." {quoted(_cookie(affinity, id, dated))};'])
    named = [f"{quoted(name)} {backend_key(name)};" for name in keys]
    made += block(f"map {backend} $key_{id}", ['default "";', *named])
    cases = [f'"~\\|{backend_key(name)}$" {word};' for name, word in keys.items()]
    return made + block(f"map $cookie_{id} $affinity_{id}", ['default "";', *cases])


def lines(affinity: Affinity, id: str, rule_path: str) -> list[str]:
    """In the location: the cookie for a client that has none, with the path of the Ingress's rule."""
    path = affinity.path or rule_path
    seconds = [f"set $sticky_seconds {quoted(affinity.expires)};"] if affinity.expires else []
    return [*seconds, f"set $sticky_path {literal(path)};", f"add_header Set-Cookie $new_{id} always;"]


def key_map(affinity: Affinity, id: str) -> list[str]:
    """The variable that an upstream hashes by."""
    made = cookie_map(affinity.name, f"sticky_{id}")
    cases = ['"" $request_id;', f'"~^(?<before_{id}>[^|]*)\\|" $before_{id};', f"default $sticky_{id};"]
    return made + block(f"map $sticky_{id} $hash_{id}", cases)


def _cookie(affinity: Affinity, id: str, dated: bool) -> str:
    """As lua-resty-cookie writes it; without njs, Max-Age tells what Expires would."""
    parts = [f"{affinity.name}=$request_id|$key_{id}"]
    parts += ["Expires=$cookie_ends"] if affinity.expires and dated else []
    age = affinity.max_age or ("" if dated else affinity.expires)
    parts += [f"Max-Age={age}"] if age else []
    parts += [f"Domain={affinity.domain}"] if affinity.domain else []
    parts.append("Path=$sticky_path")
    tail = "; Secure" if affinity.secure else "$if_secure"
    same = f"; SameSite={affinity.same_site}" if affinity.same_site else ""
    return "; ".join(parts) + f"{tail}; HttpOnly{same}"


def _seconds(text: str) -> str:
    return text if text.lstrip("-").isdigit() else ""
