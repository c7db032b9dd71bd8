"""Event under its second name: `v1` and `events.k8s.io/v1` are two forms of the same objects, stored in the first.

After pkg/apis/core/v1 and pkg/apis/events/v1 conversion of Kubernetes.
"""

from loopkube.kinds.core import event
from loopkube.kinds.events import GROUP
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.spec import SecondForm, Spec

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
_OBJECT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def _outward(obj: dict) -> dict:
    return {_RENAMED.get(field, field): value for field, value in obj.items()}


def _inward(obj: dict) -> dict:
    return {_BACK.get(field, field): value for field, value in obj.items()}


SPEC = Spec(
    GROUP.kind("Event", "events", short_names=("ev",)),
    second_form_of=SecondForm(event.SPEC.kind, _outward, _inward),
    selectable=fields("reason", "type")
    | {f"regarding.{name}": event.SPEC.selectable[f"involvedObject.{name}"] for name in _OBJECT}
    | {"reportingController": event.SPEC.selectable["reportingComponent"]},
)
