"""Upstreams: one `upstream` block for each Service port, where ingress-nginx has one block and picks in Lua.

annotations/upstreamhashby, loadbalancing, serviceupstream; createUpstreams of controller.go.
"""

from dataclasses import dataclass, field

import affinity
import values
from affinity import Affinity
from annotations import HIGH, Reader, Rule
from canary import Canary
from words import block, quoted, short

RULES = {
    "upstream-hash-by": Rule(values.shaped(r"[A-Za-z0-9\-_${}]*", spaces_count=False), HIGH),
    "load-balance": Rule(
        values.one_of("round_robin", "chash", "chashsubset", "sticky_balanced", "sticky_persistent", "ewma")
    ),
    "service-upstream": Rule(values.boolean),
}
DEFAULT = "upstream-default-backend"


@dataclass(frozen=True)
class Balancing:
    hash_by: str = ""
    service: bool = False


@dataclass
class Upstream:
    """`canary` where it has no place of its own (NoServer) and takes a share of another's requests."""

    name: str
    namespace: str = ""
    service: str = ""
    port: str = ""
    endpoints: list[str] = field(default_factory=list)
    balancing: Balancing = field(default_factory=Balancing)
    affinity: Affinity = field(default_factory=Affinity)
    canary: Canary | None = None
    alternatives: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return short(self.name)


def read(reader: Reader) -> Balancing:
    algorithm = reader.text("load-balance", "round_robin").strip()
    if algorithm != "round_robin":
        reader.note(
            "AnnotationNotSupported", f"load-balance {algorithm} needs Lua: Pods take turns (round_robin) instead"
        )
    return Balancing(
        hash_by=reader.text("upstream-hash-by", strict=True),
        service=reader.flag("service-upstream"),
    )


def http_lines(upstream: Upstream) -> list[str]:
    """Nothing for a Service without ready Pods: its locations answer 503 by themselves."""
    if not upstream.endpoints:
        return []
    how, before = [], []
    if upstream.affinity.kind == "cookie":
        before = affinity.key_map(upstream.affinity, upstream.id)
        how = [f"hash $hash_{upstream.id} consistent;"]
    elif upstream.balancing.hash_by:
        how = [f"hash {quoted(upstream.balancing.hash_by)} consistent;"]
    inside = [
        f"zone up_{upstream.id} 128k;",
        *how,
        *(f"server {endpoint} max_fails=0;" for endpoint in upstream.endpoints),
        "keepalive 320;",
        "keepalive_time 1h;",
        "keepalive_timeout 60s;",
        "keepalive_requests 10000;",
    ]
    return before + block(f"upstream {upstream.name}", inside)
