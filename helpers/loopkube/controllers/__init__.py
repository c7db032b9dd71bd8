"""The controllers: each watches some kinds through informers and writes what should follow from them.

Here belongs what kube-controller-manager does. What runs on a node does not (loopkube.node), nor does choosing
a node (`scheduling`, which is kube-scheduler's). Controllers know the API only as a `Client`, so they run against any
Kubernetes API.

Read in this order: loop (queue and base class), writes (why nothing is done twice), owners, then any controller:
replicasets is the simplest, deployments the largest. Every controller has the same functions: `*_changed` maps a
change to keys, `reconcile(key)` makes what is what should be; what should be is computed by pure functions.
"""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers import (
    aggregation,
    certificates,
    cronjobs,
    daemonsets,
    deployments,
    disruption,
    endpoint_mirroring,
    endpoints,
    endpointslices,
    evictions,
    expired_events,
    flow_schemas,
    garbage,
    ipaddresses,
    job_orphans,
    jobs,
    loadbalancers,
    namespaces,
    nodes,
    pod_garbage,
    policy_status,
    replicasets,
    resource_quotas,
    serviceaccounts,
    statefulsets,
)
from loopkube.controllers.everything import Everything
from loopkube.controllers.loop import Controller
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock

ALL: tuple[type[Controller], ...] = (
    serviceaccounts.ServiceAccountController,
    serviceaccounts.RootCAController,
    aggregation.ClusterRoleAggregationController,
    certificates.CertificateSigningController,
    deployments.DeploymentController,
    replicasets.ReplicaSetController,
    replicasets.ReplicationController,
    jobs.JobController,
    job_orphans.JobOrphanController,
    cronjobs.CronJobController,
    daemonsets.DaemonSetController,
    statefulsets.StatefulSetController,
    endpointslices.EndpointSliceController,
    endpoints.EndpointsController,
    endpoint_mirroring.EndpointMirroringController,
    nodes.NodeController,
    disruption.DisruptionController,
    evictions.TaintEvictionController,
    pod_garbage.PodGarbageController,
    loadbalancers.LoadBalancerController,
    ipaddresses.IPAddressController,
    garbage.GarbageController,
    namespaces.NamespaceController,
    resource_quotas.ResourceQuotaController,
    policy_status.PolicyStatusController,
    expired_events.ExpiredEventController,
    flow_schemas.FlowSchemaController,
)
"""In the order in which they are started."""


def make_all(
    client: Client,
    informers: Informers,
    clock: Clock,
    *,
    kinds: Kinds,
    ca: str,
    sign: certificates.Sign | None = None,
    node_grace: float = nodes.GRACE,
    load_balancers: loadbalancers.Provider | None = None,
) -> list[Controller]:
    """One of each of `ALL`, not yet started.

    `ca`: the certificate of the cluster's authority as PEM, `sign`: what it signs by; `node_grace` in seconds.
    """
    everything = Everything(informers, kinds)
    more: dict[type[Controller], tuple] = {
        serviceaccounts.RootCAController: (ca,),
        certificates.CertificateSigningController: (sign,),
        nodes.NodeController: (node_grace,),
        loadbalancers.LoadBalancerController: (load_balancers,),
        garbage.GarbageController: (everything,),
        namespaces.NamespaceController: (everything,),
        resource_quotas.ResourceQuotaController: (everything,),
        policy_status.PolicyStatusController: (kinds,),
    }
    return [kind(client, informers, clock, *more.get(kind, ())) for kind in ALL]
