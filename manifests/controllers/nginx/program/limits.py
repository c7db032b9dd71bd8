"""limit-rps, limit-rpm, limit-connections, limit-rate: internal/ingress/annotations/ratelimit/main.go."""

from dataclasses import dataclass

import values
from annotations import Reader, Rule, Skipped, key
from words import block, short

RULES = {
    "limit-rate": Rule(values.integer),
    "limit-rate-after": Rule(values.integer),
    "limit-rpm": Rule(values.integer),
    "limit-rps": Rule(values.integer),
    "limit-connections": Rule(values.integer),
    "limit-burst-multiplier": Rule(values.integer),
    "limit-allowlist": Rule(values.networks, aliases=("limit-whitelist",)),
}
ZONE_MEGABYTES = 5


@dataclass(frozen=True)
class Limits:
    id: str = ""
    per_second: int = 0
    per_minute: int = 0
    connections: int = 0
    burst: int = 5
    rate: int = 0
    rate_after: int = 0
    free: tuple[str, ...] = ()


def read(reader: Reader) -> Limits:
    free = values.parse_networks(reader.text("limit-allowlist", strict=True))
    if free is None:
        raise Skipped("limit-allowlist")
    return Limits(
        id=short(key(reader.ingress), reader.ingress["metadata"].get("uid", "")),
        per_second=reader.number("limit-rps", strict=True),
        per_minute=reader.number("limit-rpm", strict=True),
        connections=reader.number("limit-connections", strict=True),
        burst=reader.number("limit-burst-multiplier", 5),
        rate=reader.number("limit-rate"),
        rate_after=reader.number("limit-rate-after"),
        free=tuple(free),
    )


def http_lines(limits: Limits) -> list[str]:
    """Template line 542 and buildRateLimitZones: who is counted, and where; an empty key is not counted."""
    if not (limits.per_second > 0 or limits.per_minute > 0 or limits.connections > 0):
        return []
    size = f"{ZONE_MEGABYTES}m"
    made = block(f"geo $remote_addr $free_{limits.id}", ["default 0;", *(f"{net} 1;" for net in limits.free)])
    made += block(f"map $free_{limits.id} $limit_{limits.id}", ["0 $binary_remote_addr;", '1 "";'])
    if limits.connections > 0:
        made.append(f"limit_conn_zone $limit_{limits.id} zone=conn_{limits.id}:{size};")
    if limits.per_minute > 0:
        made.append(f"limit_req_zone $limit_{limits.id} zone=rpm_{limits.id}:{size} rate={limits.per_minute}r/m;")
    if limits.per_second > 0:
        made.append(f"limit_req_zone $limit_{limits.id} zone=rps_{limits.id}:{size} rate={limits.per_second}r/s;")
    return made


def lines(limits: Limits) -> list[str]:
    """buildRateLimit: connections first, then requests. What is over the limit is answered 503."""
    made = []
    if limits.connections > 0:
        made.append(f"limit_conn conn_{limits.id} {limits.connections};")
    if limits.per_second > 0:
        made.append(f"limit_req zone=rps_{limits.id} burst={limits.per_second * limits.burst} nodelay;")
    if limits.per_minute > 0:
        made.append(f"limit_req zone=rpm_{limits.id} burst={limits.per_minute * limits.burst} nodelay;")
    if limits.rate_after > 0:
        made.append(f"limit_rate_after {limits.rate_after}k;")
    if limits.rate > 0:
        made.append(f"limit_rate {limits.rate}k;")
    return made
