"""metadata.managedFields: which manager wrote which field.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management. Server-side apply makes
its own entries (api/patch/apply.py) and leaves the time to `record`; every other write goes through here.
"""

from loopkube.api.fieldsets import shapes
from loopkube.api.fieldsets.compare import compare
from loopkube.api.fieldsets.elements import BadList
from loopkube.api.fieldsets.sets import Set, difference, union
from loopkube.kinds import Kind
from loopkube.shared.clock import Clock

APPLY, UPDATE = "Apply", "Update"
MOST_UPDATERS = 10
ANCIENT_CHANGES = "ancient-changes"


def record(
    kind: Kind,
    old: dict | None,
    new: dict,
    *,
    manager: str,
    operation: str = UPDATE,
    subresource: str = "",
    clock: Clock,
) -> None:
    """Sets metadata.managedFields of `new`; entries of a write that changes nothing keep their time."""
    metadata = new.setdefault("metadata", {})
    if operation == APPLY:
        entries = [e if "time" in e else entry(e, e["fieldsV1"], clock.stamp()) for e in entries_of(new)]
        _set(metadata, ordered(entries))
        return
    entries = _entries_to_start_from(old, new, subresource)
    try:
        touched, removed = compare(old or {}, new, shapes.root(kind))
    except (BadList, TypeError, AttributeError):
        touched = removed = {}  # as kube-apiserver: a write never fails because it cannot be tracked
    if touched or removed:
        writer = identity(manager, UPDATE, kind.api_version, subresource)
        entries = capped(_after_update(entries, writer, touched, removed, clock))
    _set(metadata, entries)


def entries_of(obj: dict | None) -> list[dict]:
    """metadata.managedFields of an object that may not be there yet."""
    return (obj or {}).get("metadata", {}).get("managedFields") or []


def identity(manager: str, operation: str, api_version: str, subresource: str) -> dict:
    """What tells one entry from another, in the order in which it is written."""
    writer = {"manager": manager, "operation": operation, "apiVersion": api_version}
    return writer | ({"subresource": subresource} if subresource else {})


def is_same_manager(entry: dict, writer: dict) -> bool:
    """Appliers are the same across versions, so that an applied object can move to the next one."""
    parts = ["manager", "operation", "subresource"] + ([] if writer["operation"] == APPLY else ["apiVersion"])
    return all(entry.get(part) == writer.get(part) for part in parts)


def entry(writer: dict, fields: Set, time: str = "") -> dict:
    """One entry, its parts in the order of the API."""
    made = {"manager": writer["manager"], "operation": writer["operation"], "apiVersion": writer["apiVersion"]}
    made |= {"time": time} if time else {}
    made |= {"fieldsType": "FieldsV1", "fieldsV1": fields}
    return made | ({"subresource": writer["subresource"]} if writer.get("subresource") else {})


def ordered(entries: list[dict]) -> list[dict]:
    """Appliers first, then by time and name (managedfields/internal/managedfields.go)."""
    return sorted(
        entries,
        key=lambda e: (e.get("operation", ""), e.get("time", ""), e.get("manager", ""), e.get("apiVersion", "")),
    )


def _entries_to_start_from(old: dict | None, new: dict, subresource: str) -> list[dict]:
    """A client may set the entries of an object, or reset them with one empty entry; not through a subresource."""
    given = entries_of(new)
    if subresource or not given or not all(isinstance(e, dict) for e in given):
        return entries_of(old)
    if given == [{}]:
        return []
    return given if all(isinstance(e.get("fieldsV1"), dict) for e in given) else entries_of(old)


def _after_update(entries: list[dict], writer: dict, touched: Set, removed: Set, clock: Clock) -> list[dict]:
    gone = union(touched, removed)
    kept, own, time = [], {}, ""
    for present in entries:
        fields = present.get("fieldsV1") or {}
        if is_same_manager(present, writer):
            own, time = difference(fields, removed), present.get("time", "")
            continue
        rest = difference(fields, gone)
        if rest:
            kept.append(present if rest == fields else present | {"fieldsV1": rest})
    own = union(own, touched)
    if own:
        kept.append(entry(writer, own, clock.stamp() if touched else time))
    return ordered(kept)


def capped(entries: list[dict]) -> list[dict]:
    """At most ten updaters: the oldest are put together as `ancient-changes`, one for each version."""
    updaters = [e for e in entries if e.get("operation") == UPDATE]
    too_many = len(updaters) - MOST_UPDATERS
    if too_many <= 0:
        return entries
    oldest = sorted(updaters, key=lambda e: e.get("time", ""))[: too_many + 1]
    buckets: dict[str, dict] = {}
    for present in oldest:
        version = present.get("apiVersion", "")
        bucket = buckets.get(version)
        fields = union(bucket["fieldsV1"], present["fieldsV1"]) if bucket else present["fieldsV1"]
        buckets[version] = entry(identity(ANCIENT_CHANGES, UPDATE, version, ""), fields, present.get("time", ""))
    return ordered([e for e in entries if e not in oldest] + list(buckets.values()))


def _set(metadata: dict, entries: list[dict]) -> None:
    if entries:
        metadata["managedFields"] = entries
    else:
        metadata.pop("managedFields", None)
