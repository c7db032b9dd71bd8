"""The general rule, and what each kind adds to it."""

from collections.abc import Callable
from typing import NamedTuple

from loopkube.api.strategies import jobs, pods, services
from loopkube.kinds import Kind

_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


class Strategy(NamedTuple):
    """How one kind is treated. `create` and `update` are what it does beyond the general rule."""

    generation: bool = False
    status: bool = False
    create: Callable[[dict], None] | None = None
    update: Callable[[dict, dict], None] | None = None
    update_status: Callable[[dict, dict], None] | None = None
    changed: Callable[[dict, dict], bool] = lambda obj, old: obj.get("spec") != old.get("spec")


def prepare(kind: Kind, obj: dict, old: dict | None, subresource: str) -> None:
    """Makes of the request's object what would be stored."""
    strategy = _BY_RESOURCE.get(kind.resource, Strategy())
    if subresource == "status" and old is not None:
        _prepare_status(strategy, obj, old)
    elif old is None:
        _prepare_create(strategy, obj)
    elif subresource == "finalize":
        _take(obj, old, "status")
    else:
        _prepare_update(strategy, obj, old)


def _prepare_create(strategy: Strategy, obj: dict) -> None:
    if strategy.generation:
        obj["metadata"]["generation"] = 1
    if strategy.create:
        strategy.create(obj)


def _prepare_update(strategy: Strategy, obj: dict, old: dict) -> None:
    if strategy.status:
        _take(obj, old, "status")
    if strategy.update:
        strategy.update(obj, old)
    if strategy.generation:
        generation = old["metadata"].get("generation", 1)
        obj["metadata"]["generation"] = generation + 1 if strategy.changed(obj, old) else generation


def _prepare_status(strategy: Strategy, obj: dict, old: dict) -> None:
    _take(obj, old, "spec")
    if strategy.update_status:
        strategy.update_status(obj, old)
    if "generation" in old["metadata"]:
        obj["metadata"]["generation"] = old["metadata"]["generation"]


def _take(obj: dict, old: dict, field: str) -> None:
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)


def _empty_load_balancer(obj: dict) -> None:
    obj["status"] = {"loadBalancer": {}}


def _empty_status(obj: dict) -> None:
    obj["status"] = {}


def _create_replica_set(obj: dict) -> None:
    obj["status"] = {"replicas": 0}


def _create_stateful_set(obj: dict) -> None:
    obj["status"] = {"replicas": 0, "availableReplicas": 0}


def _pending(obj: dict) -> None:
    obj["status"] = {"phase": "Pending"}


def _available(obj: dict) -> None:
    obj["status"] = {"phase": "Available"}


def _create_daemon_set(obj: dict) -> None:
    zero = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    obj["status"] = dict.fromkeys(zero, 0)
    obj["metadata"].setdefault("annotations", {})[_TEMPLATE_GENERATION] = "1"


def _update_daemon_set(obj: dict, old: dict) -> None:
    """The template's own generation is an annotation since apps/v1; callers cannot set it."""
    count = int(old["metadata"].get("annotations", {}).get(_TEMPLATE_GENERATION, "0"))
    changed = obj["spec"].get("template") != old["spec"].get("template")
    obj["metadata"].setdefault("annotations", {})[_TEMPLATE_GENERATION] = str(count + changed)


def _deployment_changed(obj: dict, old: dict) -> bool:
    """Annotations count too: they are copied to the ReplicaSets."""
    return obj["spec"] != old["spec"] or _annotations(obj) != _annotations(old)


def _update_deployment_status(obj: dict, old: dict) -> None:
    _take(obj["metadata"], old["metadata"], "labels")


def _annotations(obj: dict) -> dict:
    return obj["metadata"].get("annotations", {})


def _endpoint_slice_changed(obj: dict, old: dict) -> bool:
    labels = [o["metadata"].get("labels", {}) for o in (obj, old)]
    fields = ("addressType", "endpoints", "ports")
    return labels[0] != labels[1] or any(obj.get(field) != old.get(field) for field in fields)


def _create_namespace(obj: dict) -> None:
    obj["status"] = {"phase": "Active"}
    finalizers = obj.setdefault("spec", {}).setdefault("finalizers", [])
    if "kubernetes" not in finalizers:
        finalizers.append("kubernetes")


def _update_namespace(obj: dict, old: dict) -> None:
    _take(obj, old, "spec")


def _update_node(obj: dict, old: dict) -> None:
    """Taking a field out of a Node's spec by leaving it out is not how its addresses are released."""
    for field in ("podCIDR", "podCIDRs"):
        if field in old.get("spec", {}):
            obj.setdefault("spec", {}).setdefault(field, old["spec"][field])


def _create_custom_resource_definition(obj: dict) -> None:
    stored = [version["name"] for version in obj["spec"].get("versions", ()) if version.get("storage")]
    names = {"plural": "", "kind": ""}
    obj["status"] = {"conditions": None, "acceptedNames": names, "storedVersions": stored}


_BY_RESOURCE: dict[str, Strategy] = {
    "customresourcedefinitions.apiextensions.k8s.io": Strategy(True, True, _create_custom_resource_definition),
    "daemonsets.apps": Strategy(True, True, _create_daemon_set, _update_daemon_set),
    "deployments.apps": Strategy(
        True, True, _empty_status, update_status=_update_deployment_status, changed=_deployment_changed
    ),
    "endpointslices.discovery.k8s.io": Strategy(True, changed=_endpoint_slice_changed),
    "ingressclasses.networking.k8s.io": Strategy(True),
    "ingresses.networking.k8s.io": Strategy(True, True, _empty_load_balancer),
    "jobs.batch": Strategy(True, True, jobs.create),
    "namespaces": Strategy(status=True, create=_create_namespace, update=_update_namespace),
    "nodes": Strategy(status=True, update=_update_node),
    "networkpolicies.networking.k8s.io": Strategy(True),
    "pods": Strategy(True, True, pods.create, pods.update, pods.update_status),
    "replicasets.apps": Strategy(True, True, _create_replica_set),
    "servicecidrs.networking.k8s.io": Strategy(status=True),
    "replicationcontrollers": Strategy(True, True, _create_replica_set),
    "statefulsets.apps": Strategy(True, True, _create_stateful_set),
    "apiservices.apiregistration.k8s.io": Strategy(status=True, create=_empty_status),
    "certificatesigningrequests.certificates.k8s.io": Strategy(status=True, create=_empty_status),
    "cronjobs.batch": Strategy(True, True, _empty_status),
    "persistentvolumeclaims": Strategy(status=True, create=_pending),
    "persistentvolumes": Strategy(status=True, create=_available),
    "poddisruptionbudgets.policy": Strategy(True, True, _empty_status),
    "resourcequotas": Strategy(status=True, create=_empty_status),
    "services": Strategy(status=True, create=services.create, update=services.update),
}
