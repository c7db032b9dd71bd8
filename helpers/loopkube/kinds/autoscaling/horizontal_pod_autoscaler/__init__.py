"""HorizontalPodAutoscaler: how many Pods a workload is to have. Stored only.

After pkg/apis/autoscaling; `metrics` has the rules of what is measured, `behavior` those of how fast it may go.
"""

from loopkube.kinds.autoscaling import GROUP
from loopkube.kinds.autoscaling.horizontal_pod_autoscaler import behavior, metrics
from loopkube.kinds.autoscaling.horizontal_pod_autoscaler.columns import COLUMNS
from loopkube.kinds.autoscaling.horizontal_pod_autoscaler.reference import described
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.shared.workloads import counts
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        spec["metrics"] = [metrics.usual()]
    behavior.complete(spec.get("behavior"))


def _create(obj: dict) -> None:
    obj["status"] = {"desiredReplicas": 0, "currentMetrics": None}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    least, most, target = spec.get("minReplicas", 1), spec.get("maxReplicas", 0), spec.get("scaleTargetRef") or {}
    if least < 1:
        report.invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        report.invalid("spec.maxReplicas", most, "must be greater than 0")
    if most < least:
        report.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    before = (old or {"spec": {}})["spec"].get("scaleTargetRef") or {}
    kept = old is not None and all(before.get(field) == target.get(field) for field in ("apiVersion", "kind"))
    without_group = kept or target.get("kind") == "ReplicationController"
    described(report, "spec.scaleTargetRef", target, without_group=without_group)
    metrics.check(report, "spec.metrics", spec.get("metrics") or [], least)
    behavior.check(report, "spec.behavior", spec.get("behavior") or {})


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    counts(report, obj, ("currentReplicas", "desiredReplicas"))


SPEC = Spec(
    GROUP.kind(
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        short_names=("hpa",),
        categories=("all",),
        subresources=("status",),
    ),
    defaults=_defaults,
    strategy=Strategy(status=True, create=_create),
    rules=Rules(_check, status=_check_status, warn=not_acted_upon("no Pods are added or taken away")),
    columns=COLUMNS,
)
