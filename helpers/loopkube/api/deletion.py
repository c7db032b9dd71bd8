"""How an object goes: at once, after a grace period, or when its finalizers are done.

After `rest.BeforeDelete` and `Store.Delete` of k8s.io/apiserver. The functions here compute what the object
becomes; `loopkube.api.verbs` writes it.
"""

from datetime import timedelta

from loopkube.api.errors import ApiError, conflict, named
from loopkube.api.options import DeleteOptions
from loopkube.clock import Clock, later, parse
from loopkube.kinds import Kind

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
CRD_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
RETURNED = {"pods", "services", "serviceaccounts"}
"""Kinds whose deletion answers with the object instead of a Status."""

_PROTECTED = ("default", "kube-system", "kube-public")
_ORPHAN_BY_DEFAULT = {"jobs.batch", "replicationcontrollers"}
"""Older kinds leave their Pods behind unless the deletion says otherwise (kubectl says Background)."""
_NOT_COLLECTED = {"events"}
_LONGEST = 10**10


def check(kind: Kind, obj: dict, options: DeleteOptions) -> None:
    """Refuses where a precondition does not hold, or where the object may not go."""
    metadata = obj["metadata"]
    name = metadata["name"]
    if kind.resource == "namespaces" and name in _PROTECTED:
        message = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
        raise ApiError(403, "Forbidden", message, named(kind, name))
    if options.uid and options.uid != metadata["uid"]:
        why = f"the UID in the precondition ({options.uid}) does not match the UID in record ({metadata['uid']})."
        raise conflict(kind, name, f"{why} The object might have been deleted and then recreated")
    if options.version and options.version != metadata["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({options.version}) does not match the ResourceVersion in record"
        )
        raise conflict(kind, name, f"{why} ({metadata['resourceVersion']}). The object might have been modified")


def marked(kind: Kind, obj: dict, options: DeleteOptions, clock: Clock) -> dict | None:
    """The object on its way out, or None when it can be removed without another word; `obj` is not changed."""
    metadata = obj["metadata"]
    if kind.resource == "namespaces":
        return _terminating_namespace(kind, obj, clock)
    if kind.resource == "customresourcedefinitions.apiextensions.k8s.io":
        return _terminating_definition(obj, clock)
    if kind.resource == "pods":
        return _terminating_pod(kind, obj, options, clock)
    finalizers = _finalizers(kind, metadata, options)
    if not finalizers:
        return None
    changes: dict = {"finalizers": finalizers, "deletionGracePeriodSeconds": 0}
    if "deletionTimestamp" not in metadata:
        changes["deletionTimestamp"] = clock.stamp()
    if metadata.get("generation") and "deletionGracePeriodSeconds" not in metadata:
        changes["generation"] = metadata["generation"] + 1
    return obj | {"metadata": metadata | changes}


def is_over(kind: Kind, obj: dict) -> bool:
    """Whether nothing holds an object any more that is being deleted."""
    metadata = obj["metadata"]
    if "deletionTimestamp" not in metadata or metadata.get("finalizers"):
        return False
    if kind.resource == "namespaces" and (obj.get("spec") or {}).get("finalizers"):
        return False
    return not metadata.get("deletionGracePeriodSeconds")


def _terminating_namespace(kind: Kind, obj: dict, clock: Clock) -> dict | None:
    """A namespace empties itself first: the namespace controller takes its spec.finalizers away."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        if not (obj.get("spec") or {}).get("finalizers"):
            return None
        why = (
            "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will "
        )
        raise conflict(kind, metadata["name"], f"{why}automatically be purged by the system.")
    status = (obj.get("status") or {}) | {"phase": "Terminating"}
    return obj | {"metadata": metadata | {"deletionTimestamp": clock.stamp()}, "status": status}


def _terminating_definition(obj: dict, clock: Clock) -> dict:
    """A definition goes after its custom objects; the finalizer is taken away when they are gone."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        return obj
    finalizers = metadata.get("finalizers") or []
    if CRD_CLEANUP not in finalizers:
        finalizers = [*finalizers, CRD_CLEANUP]
    condition = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": clock.stamp(),
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    status = obj.get("status") or {}
    conditions = [c for c in status.get("conditions") or () if c["type"] != "Terminating"]
    changes = {"deletionTimestamp": clock.stamp(), "finalizers": finalizers}
    return obj | {"metadata": metadata | changes, "status": status | {"conditions": [*conditions, condition]}}


def _terminating_pod(kind: Kind, obj: dict, options: DeleteOptions, clock: Clock) -> dict | None:
    """A Pod is given time to end; the kubelet removes it. Where no kubelet has it, there is nothing to wait for."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        return _hurried_pod(obj, options)
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    grace = options.grace if options.grace is not None else spec.get("terminationGracePeriodSeconds") or 0
    if not spec.get("nodeName") or status.get("phase") in ("Failed", "Succeeded"):
        grace = 0
    grace = 1 if grace < 0 else grace
    end = later(clock.now(), grace)
    changes: dict = {
        "deletionTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "deletionGracePeriodSeconds": grace,
        "finalizers": _finalizers(kind, metadata, options),
    }
    if metadata.get("generation"):
        changes["generation"] = metadata["generation"] + 1
    return _without_empty(obj | {"metadata": metadata | changes})


def _hurried_pod(obj: dict, options: DeleteOptions) -> dict | None:
    """A second deletion may only shorten the grace period."""
    metadata = obj["metadata"]
    left = metadata.get("deletionGracePeriodSeconds")
    if left is None:
        return None
    grace = left if options.grace is None else 1 if options.grace < 0 else options.grace
    if grace >= left:
        return obj
    end = parse(metadata["deletionTimestamp"]) - timedelta(seconds=min(left - grace, _LONGEST))
    changes = {"deletionTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ"), "deletionGracePeriodSeconds": grace}
    return obj | {"metadata": metadata | changes}


def _without_empty(obj: dict) -> dict:
    if not obj["metadata"]["finalizers"]:
        del obj["metadata"]["finalizers"]
    return obj


def _finalizers(kind: Kind, metadata: dict, options: DeleteOptions) -> list[str]:
    """The object's finalizers, with those for the garbage collector that the deletion asks for."""
    present = metadata.get("finalizers") or []
    if kind.resource in _NOT_COLLECTED or ("deletionTimestamp" in metadata and kind.resource == "pods"):
        return present
    kept = [f for f in present if f not in (ORPHAN, FOREGROUND)]
    if _orphans(present, options, kind):
        kept.append(ORPHAN)
    if _in_foreground(present, options):
        kept.append(FOREGROUND)
    return kept


def _orphans(present: list[str], options: DeleteOptions, kind: Kind) -> bool:
    if options.orphan is not None:
        return options.orphan
    if options.propagation:
        return options.propagation == "Orphan"
    return ORPHAN in present or (kind.resource in _ORPHAN_BY_DEFAULT and FOREGROUND not in present)


def _in_foreground(present: list[str], options: DeleteOptions) -> bool:
    if options.orphan is not None:
        return False
    if options.propagation:
        return options.propagation == "Foreground"
    return FOREGROUND in present
