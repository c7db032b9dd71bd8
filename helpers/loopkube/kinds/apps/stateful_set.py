"""StatefulSet: Pods with names and claims of their own, started in order."""

from collections.abc import Iterable
from datetime import datetime

from loopkube.kinds.apps import GROUP
from loopkube.kinds.shared.claims import claim_spec
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import WIDE, counts, matching_template, selector_rules, template_cells
from loopkube.kinds.spec import Rules, Spec, Strategy

_CHANGEABLE = {"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"}
_CHANGEABLE |= {"persistentVolumeClaimRetentionPolicy", "minReadySeconds"}
_FORBIDDEN = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
_FORBIDDEN += "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    defaults.template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {}).setdefault("partition", 0)
    spec.setdefault("revisionHistoryLimit", 10)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for moment in ("whenDeleted", "whenScaled"):
        policy.setdefault(moment, "Retain")
    for claim in spec.get("volumeClaimTemplates") or ():
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        claim.setdefault("status", {}).setdefault("phase", "Pending")


def _create(obj: dict) -> None:
    obj["status"] = {"replicas": 0, "availableReplicas": 0}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.one_of("spec.podManagementPolicy", spec.get("podManagementPolicy", ""), ("OrderedReady", "Parallel"))
    kind = spec.get("updateStrategy", {}).get("type", "")
    report.one_of("spec.updateStrategy", kind, ("RollingUpdate", "OnDelete"))
    templates = spec.get("volumeClaimTemplates") or ()
    for index, template in enumerate(templates if old is None else ()):
        claim_spec(report, f"spec.volumeClaimTemplates[{index}].spec", template.get("spec") or {})
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    selector_rules(report, spec, "statefulset")
    matching_template(report, _with_volumes_of(templates, spec), "StatefulSet")
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


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    counts(report, obj, ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"))


def _cells(obj: dict, now: datetime) -> list:
    ready = f"{obj.get('status', {}).get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    return [name(obj), ready, age(obj, now), *template_cells(obj)[:2]]


SPEC = Spec(
    GROUP.kind(
        "StatefulSet", "statefulsets", short_names=("sts",), categories=("all",), subresources=("scale", "status")
    ),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=_create),
    rules=Rules(_check, status=_check_status, warn=warnings.template),
    columns=Columns(define("Name", "Ready", "Age", wide=WIDE[:2]), _cells),
)
