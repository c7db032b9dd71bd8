"""A kind cluster: Kubernetes in Docker containers, made from manifests/cluster.yaml.

Read in this order: `pins` (every version), `commands` (every command line), `cluster` (the steps), `beforehand`,
`creating`, `images`, `controllers`, then `failures` (what a person reads when one of them fails), `tools`, `record`.
kind prints to a log, `.lab/kind/kind.log`; what it does is shown as steps.
"""

from labtools.clusters.kind.cluster import KindCluster
from labtools.clusters.kind.failures import KindFailed

__all__ = ["CLUSTER", "KindCluster", "KindFailed"]

CLUSTER = KindCluster
