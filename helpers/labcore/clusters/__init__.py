"""Which cluster a notebook works on: `local` (default), `kind`, or `context:NAME` (INGRESS_LAB_CLUSTER).

Read in this order: `base` (what every cluster offers), `local` (loopkube on this machine), `kind` (Kubernetes in
Docker), `context` (any cluster of your kubeconfig), `waiting_entry` (until an entry answers).
Each is loaded when it is chosen, so that the command `lab` starts light.
"""

import os

from labcore.clusters.base import Access, Cluster, Entry, Status, UpOptions
from labcore.errors import BadArgument
from labcore.language.messages import phrase

__all__ = ["Access", "Cluster", "Entry", "Status", "UpOptions", "access", "chosen", "of"]


def chosen(name: str | None = None) -> str:
    """The cluster's name: as given, else INGRESS_LAB_CLUSTER, else `local`."""
    wish = name or os.environ.get("INGRESS_LAB_CLUSTER", "") or "local"
    if wish not in ("local", "kind") and not (wish.startswith("context:") and len(wish) > len("context:")):
        raise BadArgument(
            phrase('there is no cluster "{wish}"; choose local, kind or context:NAME (INGRESS_LAB_CLUSTER)', wish=wish)
        )
    return wish


def of(name: str | None = None) -> Cluster:
    """The chosen cluster."""
    wish = chosen(name)
    if wish == "local":
        from labtools.clusters.local import LocalCluster

        return LocalCluster()
    if wish == "kind":
        from labtools.clusters.kind import KindCluster

        return KindCluster()
    from labtools.clusters.context import ContextCluster

    return ContextCluster(wish.removeprefix("context:"))


def access(name: str | None = None) -> Access:
    """The way to the chosen cluster; the local one is started when it is not running."""
    return of(name).access()
