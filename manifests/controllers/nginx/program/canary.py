"""canary and canary-by-*: annotations/canary/main.go, route_to_alternative_balancer of balancer.lua."""

import re
from dataclasses import dataclass

import values
from annotations import MEDIUM, Reader, Rule, Skipped
from words import block, quoted, regex

_BASIC = values.shaped(values.BASIC_CHARS, spaces_count=False)
RULES = {
    "canary": Rule(values.boolean),
    "canary-weight": Rule(values.integer),
    "canary-weight-total": Rule(values.integer),
    "canary-by-header": Rule(_BASIC, MEDIUM),
    "canary-by-header-value": Rule(_BASIC, MEDIUM),
    "canary-by-header-pattern": Rule(values.shaped(values.REGEX), MEDIUM),
    "canary-by-cookie": Rule(_BASIC, MEDIUM),
}


@dataclass(frozen=True)
class Canary:
    enabled: bool = False
    weight: int = 0
    total: int = 100
    header: str = ""
    header_value: str = ""
    header_pattern: str = ""
    cookie: str = ""


def read(reader: Reader) -> Canary:
    canary = Canary(
        enabled=reader.flag("canary"),
        weight=reader.number("canary-weight"),
        total=reader.number("canary-weight-total", 100),
        header=reader.text("canary-by-header"),
        header_value=reader.text("canary-by-header-value"),
        header_pattern=reader.text("canary-by-header-pattern"),
        cookie=reader.text("canary-by-cookie"),
    )
    shaping = canary.weight > 0 or canary.header or canary.header_value or canary.cookie or canary.header_pattern
    if shaping and not canary.enabled:
        raise Skipped("canary: configured but not enabled")
    return canary


def cookie_map(name: str, variable: str) -> list[str]:
    """A cookie as a variable: `$cookie_NAME` knows only letters, digits and `_`."""
    pattern = f"~(?:^|;\\s*){regex(name)}=(?<found_{variable}>[^;]*)"
    return block(f"map $http_cookie ${variable}", ['default "";', f"{quoted(pattern)} $found_{variable};"])


def http_lines(canary: Canary, id: str, primary: str, alternative: str, affinity: str) -> list[str]:
    """Which upstream gets the request, as variable `$backend_ID`: affinity, header, cookie, then the weight.

    `affinity` is the variable with the upstream that a session cookie names, or nothing. Upstream draws a number in
    Lua; here split_clients draws by $request_id, which is as random.
    """
    made = _weight(canary, id, primary, alternative)
    header = canary.header.lower().replace("-", "_")
    made += _header(canary, id, header) if re.fullmatch(r"[a-z0-9_]+", header) else [_nothing(f"by_header_{id}")]
    made += cookie_map(canary.cookie, f"by_cookie_{id}") if canary.cookie else [_nothing(f"by_cookie_{id}")]
    choices = [
        f"default $by_weight_{id};",
        f'"~^:always:" {quoted(alternative)};',
        f'"~^:never:" {quoted(primary)};',
        f'"~^:[^:]*:always$" {quoted(alternative)};',
        f'"~^:[^:]*:never$" {quoted(primary)};',
    ]
    asked = f":$by_header_{id}:$by_cookie_{id}"
    if affinity:
        asked = f"${affinity}{asked}"
        choices[1:1] = [f'"~^canary:" {quoted(alternative)};', f'"~^primary:" {quoted(primary)};']
    return made + block(f'map "{asked}" $backend_{id}', choices)


def _header(canary: Canary, id: str, header: str) -> list[str]:
    """What the header says: always, never, or nothing."""
    if canary.header_value:
        cases = [f"{quoted(canary.header_value)} always;"]
    elif canary.header_pattern and values.is_expression(canary.header_pattern):
        cases = [f"{quoted('~' + canary.header_pattern)} always;"]
    elif canary.header_pattern:
        cases = ['"~." never;']  # an expression with a fault ends the matter, before cookie and weight
    else:
        cases = ["always always;", "never never;"]
    return block(f"map $http_{header} $by_header_{id}", ['default "";', *cases])


def _nothing(variable: str) -> str:
    return f'map "" ${variable} {{ default ""; }}'


def _weight(canary: Canary, id: str, primary: str, alternative: str) -> list[str]:
    total = max(canary.total, 100)
    percent = min(100.0, max(0, canary.weight) * 100 / total)
    if percent in (0.0, 100.0):
        return block('map "" $by_weight_' + id, [f"default {quoted(alternative if percent else primary)};"])
    share = [f"{percent:.2f}% {quoted(alternative)};", f"* {quoted(primary)};"]
    return block(f'split_clients "$request_id" $by_weight_{id}', share)
