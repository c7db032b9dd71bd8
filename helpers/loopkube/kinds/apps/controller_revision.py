"""ControllerRevision: a former template of a DaemonSet or StatefulSet."""

from datetime import datetime

from loopkube.kinds.apps import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec


def _check(report: Report, obj: dict, old: dict | None) -> None:
    report.not_negative("revision", obj.get("revision", 0))
    if old is not None:
        report.immutable("data", obj.get("data"), old.get("data"))


def _cells(obj: dict, now: datetime) -> list:
    owner = next((o for o in obj["metadata"].get("ownerReferences") or () if o.get("controller")), None)
    group = owner["apiVersion"].rpartition("/")[0] if owner else ""
    shown = f"{owner['kind'].lower()}{f'.{group}' if group else ''}/{owner['name']}" if owner else "<none>"
    return [name(obj), shown, obj.get("revision", 0), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ControllerRevision", "controllerrevisions"),
    rules=Rules(_check),
    columns=Columns(define("Name", "Controller", "Revision:integer", "Age"), _cells),
)
