"""RuntimeClass: how the containers of a Pod are run (pkg/apis/node/validation). No handler is ever asked here."""

from loopkube.kinds.node import GROUP
from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec


def _check(report: Report, obj: dict, old: dict | None) -> None:
    handler, scheduling = obj.get("handler", ""), obj.get("scheduling") or {}
    report.all("handler", handler, text.dns_label(handler))
    if old is not None:
        report.immutable("handler", handler, old.get("handler", ""))
    metadata.labels(report, "scheduling.nodeSelector", scheduling.get("nodeSelector") or {})


SPEC = Spec(
    GROUP.kind("RuntimeClass", "runtimeclasses", namespaced=False),
    rules=Rules(
        _check,
        any_finalizer=True,
        warn=not_acted_upon("every container is a process; overhead and scheduling of its Pods are honoured"),
    ),
    columns=Columns(
        define("Name", "Handler", "Age"), lambda obj, now: [name(obj), obj.get("handler", ""), age(obj, now)]
    ),
)
