"""An Ingress without any annotation, which each side serves as well: what it shows is the side's own way."""

from collections.abc import Sequence

from labcore.language.messages import phrase

from labtools.migrate.replay.comparing import Difference, differences
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.seen import Seen

HOST = "baseline.replay.invalid"
NAME = "replay-baseline"
REQUESTS = tuple(
    Request(f"{scheme}://{host}/", phrase("a rule without annotations, and no rule"))
    for scheme in ("http", "https")
    for host in (HOST, f"none.{HOST}")
)


def baseline(namespace: str) -> list[dict]:
    """The Ingress; its Service is stood in for like any other."""
    backend = {"service": {"name": NAME, "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": NAME, "namespace": namespace},
            "spec": {"ingressClassName": "nginx", "rules": [{"host": HOST, "http": {"paths": [path]}}]},
        }
    ]


def everywhere(before: Sequence[Seen], after: Sequence[Seen]) -> list[Difference]:
    """Headers and certificates that differ at the baseline: they differ in every answer, and are named once."""
    found: dict[Difference, None] = {}
    for one, other in zip(before, after, strict=True):
        for difference in differences(one, other):
            if difference.is_header or difference.field == "certificate":
                found.setdefault(difference)
    return list(found)
