"""Rules for Deployments, ReplicaSets, ReplicationControllers and DaemonSets (pkg/apis/apps/validation)."""

import re
from collections.abc import Iterable

from loopkube.api.validation import claims, metadata
from loopkube.api.validation.pods import pod_template
from loopkube.api.validation.report import Report

_PERCENT = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
_PERCENT += "regex used for validation is '[0-9]+%')"


def deployment(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    _selector(report, spec, "deployment")
    _template(report, spec, "Deployment")
    _strategy(report, spec.get("strategy", {}))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    report.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit", 0))
    deadline = spec.get("progressDeadlineSeconds", 600)
    report.not_negative("spec.progressDeadlineSeconds", deadline)
    if deadline <= spec.get("minReadySeconds", 0):
        report.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    _same_selector(report, obj, old)


def replica_set(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    _selector(report, spec, "deployment")
    _template(report, spec, "ReplicaSet")
    _same_selector(report, obj, old)


def replication_controller(report: Report, obj: dict, old: dict | None) -> None:
    """Its selector is a plain map of labels."""
    spec = obj["spec"]
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    selector, labels = spec.get("selector") or {}, spec["template"].get("metadata", {}).get("labels", {})
    if not selector:
        report.required("spec.selector")
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    if selector and not metadata.matches({"matchLabels": selector}, labels):
        report.invalid("spec.template.metadata.labels", labels or None, "`selector` does not match template `labels`")
    _pod_template(report, spec, "ReplicationController")


def daemon_set(report: Report, obj: dict, old: dict | None) -> None:
    """Its template is judged before its selector, and a missing selector is told by the labels alone."""
    spec = obj["spec"]
    selector = spec.get("selector", {})
    metadata.label_selector(report, "spec.selector", selector)
    labels = spec["template"].get("metadata", {}).get("labels", {})
    if not selector or not metadata.matches(selector, labels):
        _mismatch(report, labels)
    if selector == {} and "selector" in spec:
        report.invalid("spec.selector", selector, "empty selector is invalid for daemonset")
    _pod_template(report, spec, "DaemonSet")
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    _update_strategy(report, spec.get("updateStrategy", {}))
    report.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit", 0))
    _same_selector(report, obj, old)


_CHANGEABLE = {"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"}
_CHANGEABLE |= {"persistentVolumeClaimRetentionPolicy", "minReadySeconds"}
_FORBIDDEN = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
_FORBIDDEN += "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"


def stateful_set(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.one_of("spec.podManagementPolicy", spec.get("podManagementPolicy", ""), ("OrderedReady", "Parallel"))
    kind = spec.get("updateStrategy", {}).get("type", "")
    report.one_of("spec.updateStrategy", kind, ("RollingUpdate", "OnDelete"))
    templates = spec.get("volumeClaimTemplates") or ()
    for index, template in enumerate(templates if old is None else ()):
        claims.claim_spec(report, f"spec.volumeClaimTemplates[{index}].spec", template.get("spec") or {})
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    _selector(report, spec, "statefulset")
    _template(report, _with_volumes_of(templates, spec), "StatefulSet")
    if old is not None:
        kept = [{k: v for k, v in s.items() if k not in _CHANGEABLE} for s in (spec, old["spec"])]
        if kept[0] != kept[1]:
            report.forbidden("spec", _FORBIDDEN)


def _with_volumes_of(templates: Iterable[dict], spec: dict) -> dict:
    """A StatefulSet's spec as its Pods will be: a volume for each claim, which comes before one of the same name."""
    named = {claim.get("metadata", {}).get("name", ""): claim for claim in templates}
    added = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in named]
    pod = spec["template"]["spec"]
    others = [volume for volume in pod.get("volumes") or () if volume.get("name") not in named]
    return spec | {"template": spec["template"] | {"spec": pod | {"volumes": added + others}}}


def stateful_set_status(report: Report, obj: dict, old: dict | None) -> None:
    _counts(report, obj, ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"))


def _same_selector(report: Report, obj: dict, old: dict | None) -> None:
    if old is not None:
        report.immutable("spec.selector", obj["spec"].get("selector"), old["spec"].get("selector"))


def _selector(report: Report, spec: dict, what: str) -> None:
    selector = spec.get("selector")
    if selector is None:
        report.required("spec.selector")
    else:
        metadata.label_selector(report, "spec.selector", selector)
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            report.invalid("spec.selector", selector, f"empty selector is invalid for {what}")


def _template(report: Report, spec: dict, kind: str) -> None:
    labels = spec["template"].get("metadata", {}).get("labels", {})
    selector = spec.get("selector")
    if selector is None or (selector and not metadata.matches(selector, labels)):
        _mismatch(report, labels)
    _pod_template(report, spec, kind)


def _mismatch(report: Report, labels: dict) -> None:
    words = "`selector` does not match template `labels`"
    report.invalid("spec.template.metadata.labels", labels or None, words)


def _pod_template(report: Report, spec: dict, kind: str) -> None:
    template = spec["template"]
    pod_template(report, "spec.template", template)
    policy = template["spec"].get("restartPolicy", "")
    if policy in ("OnFailure", "Never"):
        report.one_of("spec.template.spec.restartPolicy", policy, ("Always",))
    if "activeDeadlineSeconds" in template["spec"]:
        words = f"activeDeadlineSeconds in {kind} is not Supported"
        report.forbidden("spec.template.spec.activeDeadlineSeconds", words)


def _strategy(report: Report, strategy: dict) -> None:
    kind = strategy.get("type", "")
    if kind == "Recreate" and "rollingUpdate" in strategy:
        words = "may not be specified when strategy `type` is 'Recreate'"
        report.forbidden("spec.strategy.rollingUpdate", words)
    elif kind == "RollingUpdate":
        path, rolling = "spec.strategy.rollingUpdate", strategy.get("rollingUpdate", {})
        unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
        _count_or_percent(report, f"{path}.maxUnavailable", unavailable)
        _count_or_percent(report, f"{path}.maxSurge", surge)
        if _is_zero(unavailable) and _is_zero(surge):
            report.invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        _at_most_all(report, f"{path}.maxUnavailable", unavailable)
    elif kind != "Recreate":
        report.one_of("spec.strategy.type", kind, ("Recreate", "RollingUpdate"))


def _update_strategy(report: Report, strategy: dict) -> None:
    kind = strategy.get("type", "")
    if kind == "RollingUpdate":
        path, rolling = "spec.updateStrategy.rollingUpdate", strategy.get("rollingUpdate", {})
        unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
        _count_or_percent(report, f"{path}.maxUnavailable", unavailable)
        _count_or_percent(report, f"{path}.maxSurge", surge)
        if not _is_zero(unavailable) and not _is_zero(surge):
            report.invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
        elif _is_zero(unavailable) and _is_zero(surge):
            report.required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")
        _at_most_all(report, f"{path}.maxUnavailable", unavailable)
        _at_most_all(report, f"{path}.maxSurge", surge)
    else:
        report.one_of("spec.updateStrategy.type", kind, ("RollingUpdate", "OnDelete"))


def _count_or_percent(report: Report, path: str, value: int | str) -> None:
    if isinstance(value, int):
        report.not_negative(path, value)
    elif not re.fullmatch("[0-9]+%", value):
        report.invalid(path, value, _PERCENT)


def _is_zero(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and re.fullmatch("0+%", value) is not None)


def _at_most_all(report: Report, path: str, value: int | str) -> None:
    if isinstance(value, str) and re.fullmatch("[0-9]+%", value) and int(value[:-1]) > 100:
        report.invalid(path, value, "must not be greater than 100%")


def deployment_status(report: Report, obj: dict, old: dict | None) -> None:
    _counts(report, obj, ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"))
    _not_more(report, obj, "updatedReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "readyReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "availableReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "availableReplicas", "readyReplicas", "readyReplicas")


def replica_set_status(report: Report, obj: dict, old: dict | None) -> None:
    _counts(report, obj, ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"))
    _not_more(report, obj, "fullyLabeledReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "readyReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "availableReplicas", "replicas", "status.replicas")
    _not_more(report, obj, "availableReplicas", "readyReplicas", "readyReplicas")


def daemon_set_status(report: Report, obj: dict, old: dict | None) -> None:
    fields = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    more = ("observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable")
    _counts(report, obj, fields + more)


def _counts(report: Report, obj: dict, fields: tuple[str, ...]) -> None:
    for field in fields:
        report.not_negative(f"status.{field}", obj.get("status", {}).get(field, 0))


def _not_more(report: Report, obj: dict, field: str, other: str, name: str) -> None:
    status = obj.get("status", {})
    if status.get(field, 0) > status.get(other, 0):
        report.invalid(f"status.{field}", status[field], f"cannot be greater than {name}")
