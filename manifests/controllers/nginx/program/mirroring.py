"""mirror-target: internal/ingress/annotations/mirror/main.go, buildMirrorLocations of template.go."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import values
from annotations import HIGH, Reader, Rule
from words import block, quoted

RULES = {
    "mirror-target": Rule(values.server_name, HIGH),
    "mirror-host": Rule(values.server_name, HIGH),
    "mirror-request-body": Rule(values.shaped(r"on|off", spaces_count=False)),
}


@dataclass(frozen=True)
class Mirror:
    source: str = ""
    target: str = ""
    host: str = ""
    body: str = "on"


def read(reader: Reader) -> Mirror:
    target = reader.text("mirror-target")
    if not target:
        return Mirror()
    host = reader.text("mirror-host") or urlsplit(target.split("$")[0]).hostname or ""
    body = "off" if reader.text("mirror-request-body").strip() == "off" else "on"
    meta = reader.ingress["metadata"]
    return Mirror(f"/_mirror-{meta.get('uid') or meta['name']}", target, host, body)


def server_lines(mirrors: list[Mirror]) -> list[str]:
    """One location for each Ingress that mirrors."""
    made: dict[str, list[str]] = {}
    for mirror in mirrors:
        if mirror.source and mirror.host and mirror.source not in made:
            inside = [
                "internal;",
                f"proxy_set_header Host {quoted(mirror.host)};",
                f"proxy_pass {quoted(mirror.target)};",
            ]
            made[mirror.source] = block(f"location = {quoted(mirror.source)}", inside)
    return [line for lines in made.values() for line in lines]


def lines(mirror: Mirror) -> list[str]:
    """Template line 1160."""
    if not (mirror.source and mirror.host):
        return []
    return [f"mirror {quoted(mirror.source)};", f"mirror_request_body {mirror.body};"]
