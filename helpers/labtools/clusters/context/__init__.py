"""Any cluster of your kubeconfig, as a guest: the lab works in namespaces of its own and installs nothing.

Read in this order: `cluster` (the steps), `permissions` (what may I do here?), `left_out` (which notebooks cannot
run here, and why), `entry` (where does its controller take requests?), `forward` (the way in when there is no other),
`settings` (what the lab remembers of it), `participant` (what an administrator gives to somebody who may only use
namespaces of their own).
What the lab may touch there is in `ingress_lab.kube.tenancy`.
"""

from labtools.clusters.context.cluster import ContextCluster

__all__ = ["CLUSTER", "ContextCluster"]

CLUSTER = ContextCluster
