"""How an object goes: at once, after a grace period, or when its finalizers are done.

After `rest.BeforeDelete` and `Store.Delete` of k8s.io/apiserver. The functions here compute what the object
becomes; `loopkube.api.verbs` writes it. Kinds that go in a way of their own (Pods, Namespaces) say so in their module.
"""

from loopkube.api.delete_options import DeleteOptions
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.kinds.spec import Leave
from loopkube.shared.clock import Clock
from loopkube.shared.status import conflict, forbidden

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


def check(kind: Kind, obj: dict, options: DeleteOptions) -> None:
    """Refuses where a precondition does not hold, or where the object may not go."""
    metadata = obj["metadata"]
    name = metadata["name"]
    protected = spec_of(kind).deletion.protected
    if name in protected:
        raise forbidden(kind, name, protected[name])
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
    finalizers, leave = _finalizers(kind, metadata, options), spec_of(kind).deletion.leave
    if leave:
        return leave(obj, Leave(options.grace, finalizers, clock))
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
    return not metadata.get("deletionGracePeriodSeconds") and not spec_of(kind).deletion.holds(obj)


def _finalizers(kind: Kind, metadata: dict, options: DeleteOptions) -> list[str]:
    """The object's finalizers, with those for the garbage collector that the deletion asks for."""
    present = metadata.get("finalizers") or []
    if not spec_of(kind).deletion.collected:
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
    return ORPHAN in present or (spec_of(kind).deletion.orphans and FOREGROUND not in present)


def _in_foreground(present: list[str], options: DeleteOptions) -> bool:
    if options.orphan is not None:
        return False
    if options.propagation:
        return options.propagation == "Foreground"
    return FOREGROUND in present
