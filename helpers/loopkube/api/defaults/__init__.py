"""Default values of the served kinds, after pkg/apis/*/v1/defaults.go of Kubernetes v1.36.

`apply(kind, obj)` fills them in, in place; it may run again on a complete object and then changes nothing.
One module a family of kinds: `pods` (also templates), `services`, `workloads`, `simple` (everything short).
"""

from collections.abc import Callable

from loopkube.api.defaults import jobs, pods, services, simple, workloads
from loopkube.kinds import Kind

_BY_RESOURCE: dict[str, Callable[[dict], None]] = {
    "clusterrolebindings.rbac.authorization.k8s.io": simple.binding,
    "cronjobs.batch": jobs.cron_job,
    "customresourcedefinitions.apiextensions.k8s.io": simple.custom_resource_definition,
    "daemonsets.apps": workloads.daemon_set,
    "deployments.apps": workloads.deployment,
    "endpoints": simple.endpoints,
    "endpointslices.discovery.k8s.io": simple.endpoint_slice,
    "ingressclasses.networking.k8s.io": simple.ingress_class,
    "jobs.batch": jobs.job,
    "namespaces": simple.namespace,
    "networkpolicies.networking.k8s.io": simple.network_policy,
    "nodes": simple.node,
    "persistentvolumeclaims": simple.claim,
    "persistentvolumes": simple.volume,
    "pods": pods.pod,
    "replicasets.apps": workloads.replica_set,
    "replicationcontrollers": workloads.replication_controller,
    "rolebindings.rbac.authorization.k8s.io": simple.binding,
    "secrets": simple.secret,
    "services": services.service,
    "statefulsets.apps": workloads.stateful_set,
    "storageclasses.storage.k8s.io": simple.storage_class,
}


def apply(kind: Kind, obj: dict) -> None:
    """Fills in what the caller has left to Kubernetes."""
    fill = _BY_RESOURCE.get(kind.resource)
    if fill:
        fill(obj)
