"""Event: what happened to an object, told by a component. It has a second name, see `loopkube.kinds.events.event`."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.columns import Columns, define, name, since
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy

_OBJECT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    about, namespace = obj.get("involvedObject", {}).get("namespace", ""), obj["metadata"].get("namespace", "")
    if (about and about != namespace) or (not about and namespace not in ("default", "kube-system")):
        report.invalid("involvedObject.namespace", about, "does not match event.namespace")


def _cells(obj: dict, now: datetime) -> list:
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    count = obj.get("count", 0) or 1
    if obj.get("series"):
        last, count = since(obj["series"].get("lastObservedTime"), now), obj["series"].get("count", 0)
    about = obj.get("involvedObject", {})
    target = "/".join(part for part in (about.get("kind", "").lower(), about.get("name", "")) if part)
    shown = [last, obj.get("type", ""), obj.get("reason", ""), target, about.get("fieldPath", ""), _shown_source(obj)]
    return [*shown, obj.get("message", "").strip(), first, count, name(obj)]


def _shown_source(obj: dict) -> str:
    source = obj.get("source", {})
    component = source.get("component") or obj.get("reportingComponent", "")
    host = source.get("host") or obj.get("reportingInstance", "")
    return f"{component}, {host}" if host else component


def _source(obj: dict) -> str:
    return (obj.get("source") or {}).get("component") or obj.get("reportingComponent", "")


SPEC = Spec(
    GROUP.kind("Event", "events", short_names=("ev",)),
    strategy=Strategy(create_on_update=True),
    rules=Rules(_check),
    deletion=Deletion(collected=False),
    columns=Columns(
        [
            *define("Last Seen", "Type", "Reason", "Object"),
            *define(wide=("Subobject", "Source")),
            *define("Message"),
            *define(wide=("First Seen", "Count", "Name")),
        ],
        _cells,
    ),
    selectable=fields(*(f"involvedObject.{field}" for field in _OBJECT), "reason", "reportingComponent", "type")
    | {"source": _source},
)
