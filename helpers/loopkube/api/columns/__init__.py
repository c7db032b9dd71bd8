"""The columns of `kubectl get`, one module a family of kinds (pkg/printers/internalversion/printers.go).

Each module fills a `Columns` per kind: the definitions, and a function from an object to its cells. `layout` holds
the shapes and the words they share, `of_kind` finds a kind's columns; the Table around them is `loopkube.api.tables`.
"""

from loopkube.api.columns import cluster, configuration, custom, networking, pods, storage, workloads
from loopkube.api.columns.layout import Columns
from loopkube.kinds import Kind

_BY_RESOURCE: dict[str, Columns] = {
    "clusterrolebindings.rbac.authorization.k8s.io": cluster.CLUSTER_ROLE_BINDING,
    "configmaps": configuration.CONFIG_MAP,
    "controllerrevisions.apps": workloads.CONTROLLER_REVISION,
    "cronjobs.batch": workloads.CRON_JOB,
    "daemonsets.apps": workloads.DAEMON_SET,
    "deployments.apps": workloads.DEPLOYMENT,
    "endpoints": networking.ENDPOINTS,
    "endpointslices.discovery.k8s.io": networking.ENDPOINT_SLICE,
    "events": cluster.EVENT,
    "ingressclasses.networking.k8s.io": networking.INGRESS_CLASS,
    "ingresses.networking.k8s.io": networking.INGRESS,
    "ipaddresses.networking.k8s.io": networking.IP_ADDRESS,
    "jobs.batch": workloads.JOB,
    "leases.coordination.k8s.io": cluster.LEASE,
    "namespaces": cluster.NAMESPACE,
    "networkpolicies.networking.k8s.io": networking.NETWORK_POLICY,
    "nodes": cluster.NODE,
    "pods": pods.POD,
    "replicasets.apps": workloads.REPLICA_SET,
    "replicationcontrollers": workloads.REPLICATION_CONTROLLER,
    "rolebindings.rbac.authorization.k8s.io": cluster.ROLE_BINDING,
    "secrets": configuration.SECRET,
    "serviceaccounts": configuration.SERVICE_ACCOUNT,
    "servicecidrs.networking.k8s.io": networking.SERVICE_CIDR,
    "services": networking.SERVICE,
    "statefulsets.apps": workloads.STATEFUL_SET,
    **storage.COLUMNS,
}


def of_kind(kind: Kind) -> Columns:
    """The columns of a kind; those of a custom kind come from its definition."""
    if kind.custom is not None:
        return custom.columns(kind.custom)
    return _BY_RESOURCE.get(kind.resource, cluster.DEFAULT)
