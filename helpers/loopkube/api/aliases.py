"""Events have two names: `v1` and `events.k8s.io/v1` are two forms of the same objects, stored in the first.

After pkg/apis/core/v1 and pkg/apis/events/v1 conversion of Kubernetes.
"""

from loopkube.kinds import BUILT_IN, Kind

CORE_EVENTS = next(kind for kind in BUILT_IN if kind.resource == "events")
_SECOND_NAME = "events.events.k8s.io"
_RENAMED = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_BACK = {new: old for old, new in _RENAMED.items()}


def stored_kind(kind: Kind) -> Kind:
    """The kind under which objects of `kind` are stored."""
    return CORE_EVENTS if kind.resource == _SECOND_NAME else kind


def inward(kind: Kind, obj: dict) -> dict:
    """An object as it is stored."""
    if kind.resource != _SECOND_NAME:
        return obj
    renamed = {_BACK.get(field, field): value for field, value in obj.items()}
    return renamed | {"kind": CORE_EVENTS.kind, "apiVersion": CORE_EVENTS.api_version}


def outward(kind: Kind, obj: dict) -> dict:
    """A stored object in the form that was asked for: another version, or an event's second form."""
    if obj["apiVersion"] == kind.api_version:
        return obj
    if kind.resource == _SECOND_NAME:
        obj = {_RENAMED.get(field, field): value for field, value in obj.items()}
    return obj | {"apiVersion": kind.api_version}


def is_renamed(kind: Kind) -> bool:
    """Whether more than the version differs from what is stored."""
    return kind.resource == _SECOND_NAME


def stored_field(label: str) -> str:
    """The place in the stored object that a field selector of the second form means."""
    first, dot, rest = label.partition(".")
    return f"{_BACK.get(first, first)}{dot}{rest}"
