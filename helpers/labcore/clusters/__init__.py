"""Which cluster a notebook works on: `local` (default), `kind`, or `context:NAME` (INGRESS_LAB_CLUSTER).

Read in this order: `base` (what every cluster is and does), `records` (what passes between), `registry` (where the
kinds of cluster are found: one module of `labtools.clusters` each), then these: `local` (loopkube on this machine),
`kind` (Kubernetes in Docker), `context` (any cluster of your kubeconfig).
Each is loaded when it is chosen, so that the command `lab` starts light.
"""

from labcore.clusters.base import Access, Cluster, Entry, Status, UpOptions
from labcore.clusters.registry import DEFAULT, choices, chosen, made_here, names, of, option

__all__ = [
    "DEFAULT", "Access", "Cluster", "Entry", "Status", "UpOptions", "access", "choices", "chosen", "made_here", "names",
    "of", "option",
]  # fmt: skip


def access(name: str | None = None) -> Access:
    """The way to the chosen cluster; the local one is started when it is not running."""
    return of(name).access()
