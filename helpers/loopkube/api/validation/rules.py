"""Which checks each kind gets: its name, its body, its status, its warnings."""

from collections.abc import Callable
from typing import NamedTuple

from loopkube.api.custom import definitions
from loopkube.api.errors import invalid
from loopkube.api.validation import (
    claims,
    cluster,
    configuration,
    endpoint_slices,
    ingresses,
    jobs,
    metadata,
    pods,
    services,
    text,
    warnings,
    workloads,
)
from loopkube.api.validation.report import Report
from loopkube.kinds import Kind

Check = Callable[[Report, dict, dict | None], None]
Warn = Callable[[dict, dict | None], list[str]]


class Rules(NamedTuple):
    """The checks of one kind. `name` is how objects may be called."""

    body: Check | None = None
    status: Check | None = None
    name: Callable[[str], list[str]] = text.dns_subdomain
    warn: Warn | None = None


def judge(kind: Kind, obj: dict, old: dict | None, subresource: str) -> list[str]:
    """Warnings for the caller; raises `errors.invalid` with everything that is wrong."""
    rules = _BY_RESOURCE.get(kind.resource, Rules())
    report = Report()
    if old is not None:
        metadata.metadata_update(report, obj["metadata"], old["metadata"])
    if subresource == "status":
        if rules.status:
            rules.status(report, obj, old)
    else:
        metadata.metadata(report, obj["metadata"], rules.name, namespaced=kind.namespaced)
        if rules.body:
            rules.body(report, obj, old)
    if report.errors:
        raise invalid(kind, obj["metadata"].get("name", ""), report.errors)
    return rules.warn(obj, old) if rules.warn and not subresource else []


_BY_RESOURCE: dict[str, Rules] = {
    **{resource: Rules(warn=warnings.stored) for resource in warnings.NOT_ACTED_UPON},
    "clusterrolebindings.rbac.authorization.k8s.io": Rules(cluster.cluster_role_binding, name=text.path_segment),
    "clusterroles.rbac.authorization.k8s.io": Rules(cluster.cluster_role, name=text.path_segment),
    "configmaps": Rules(configuration.config_map),
    "customresourcedefinitions.apiextensions.k8s.io": Rules(definitions.judge),
    "daemonsets.apps": Rules(workloads.daemon_set, workloads.daemon_set_status, warn=warnings.template),
    "deployments.apps": Rules(workloads.deployment, workloads.deployment_status, warn=warnings.template),
    "endpoints": Rules(endpoint_slices.endpoints),
    "endpointslices.discovery.k8s.io": Rules(endpoint_slices.endpoint_slice),
    "events": Rules(cluster.event),
    "ingressclasses.networking.k8s.io": Rules(ingresses.ingress_class),
    "ingresses.networking.k8s.io": Rules(ingresses.ingress, ingresses.ingress_status, warn=ingresses.ingress_warnings),
    "jobs.batch": Rules(jobs.job, jobs.job_status, warn=warnings.template),
    "leases.coordination.k8s.io": Rules(cluster.lease),
    "namespaces": Rules(name=text.dns_label),
    "networkpolicies.networking.k8s.io": Rules(warn=warnings.network_policy),
    "nodes": Rules(cluster.node),
    "persistentvolumeclaims": Rules(claims.claim, warn=warnings.stored),
    "pods": Rules(pods.pod, warn=warnings.pod),
    "replicasets.apps": Rules(workloads.replica_set, workloads.replica_set_status, warn=warnings.template),
    "replicationcontrollers": Rules(
        workloads.replication_controller, workloads.replica_set_status, warn=warnings.template
    ),
    "rolebindings.rbac.authorization.k8s.io": Rules(cluster.role_binding, name=text.path_segment),
    "roles.rbac.authorization.k8s.io": Rules(cluster.role, name=text.path_segment),
    "secrets": Rules(configuration.secret, warn=configuration.secret_warnings),
    "statefulsets.apps": Rules(workloads.stateful_set, workloads.stateful_set_status, warn=warnings.template),
    "services": Rules(services.service, services.service_status, text.dns_label, services.service_warnings),
}
