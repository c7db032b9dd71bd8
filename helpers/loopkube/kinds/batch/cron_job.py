"""CronJob: a Job at certain times (pkg/apis/batch/validation)."""

import re
from datetime import datetime

from loopkube.kinds.batch import GROUP
from loopkube.kinds.batch.job import job_spec
from loopkube.kinds.shared import metadata
from loopkube.kinds.shared.columns import Columns, age, define, name, since
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.workloads import WIDE, template_cells
from loopkube.kinds.spec import Rules, Spec, Strategy
from loopkube.shared.schedule import BadSchedule, Schedule, time_zone

_POLICIES = ("Allow", "Forbid", "Replace")
_LONGEST_NAME = 52
"""Its Jobs have eleven characters more, and theirs have to be labels."""


def _defaults(obj: dict) -> None:
    """The defaults of its Jobs are filled in when they are made, those of their Pods here."""
    spec = obj.setdefault("spec", {})
    made = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    defaults.template(made.setdefault("template", {}))
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    _check_schedule(report, spec, old)
    if "startingDeadlineSeconds" in spec:
        report.not_negative("spec.startingDeadlineSeconds", spec["startingDeadlineSeconds"])
    if "timeZone" in spec and (old is None or spec["timeZone"] != old["spec"].get("timeZone")):
        _check_zone(report, "spec.timeZone", spec["timeZone"])
    report.one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), _POLICIES)
    _check_template(report, "spec.jobTemplate", spec["jobTemplate"])
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        if field in spec:
            report.not_negative(f"spec.{field}", spec[field])
    if old is None and len(name) > _LONGEST_NAME:
        report.invalid("metadata.name", name, f"must be no more than {_LONGEST_NAME} characters")


def _check_schedule(report: Report, spec: dict, old: dict | None) -> None:
    schedule, path = spec.get("schedule", ""), "spec.schedule"
    if not schedule:
        report.required(path)
        return
    try:
        Schedule(schedule)
    except BadSchedule as error:
        report.invalid(path, schedule, str(error))
    if "TZ" not in schedule:
        return
    if old is None or "TZ" not in old["spec"].get("schedule", ""):
        report.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    elif "timeZone" in spec:
        report.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")


def _check_zone(report: Report, path: str, zone: str) -> None:
    if not zone:
        report.invalid(path, zone, "timeZone must be nil or non-empty string")
        return
    if not all(_is_part_of_a_zone(part) for part in zone.split("/")):
        report.invalid(path, zone, f"unknown time zone {zone}")
        return
    if zone.lower() == "local":
        where = "https://www.iana.org/time-zones"
        report.invalid(path, zone, f"timeZone must be an explicit time zone as defined in {where}")
    if zone != "Local" and time_zone(zone) is None:  # Go has a zone of this name: the machine's own
        report.invalid(path, zone, f"unknown time zone {zone}")


def _is_part_of_a_zone(part: str) -> bool:
    return part not in (".", "..") and re.fullmatch(r"(?!-)[A-Za-z._0-9+-]{1,14}", part) is not None


def _check_template(report: Report, path: str, template: dict) -> None:
    meta, spec = template.get("metadata") or {}, template["spec"]
    metadata.labels(report, f"{path}.metadata.labels", meta.get("labels") or {})
    metadata.annotations(report, f"{path}.metadata.annotations", meta.get("annotations") or {})
    job_spec(report, f"{path}.spec", spec)
    if "selector" in spec:
        report.invalid(f"{path}.spec.selector", spec["selector"], "`selector` will be auto-generated")
    if spec.get("manualSelector"):
        report.one_of(f"{path}.spec.manualSelector", True, ("nil", "false"))


def _warn(obj: dict, old: dict | None) -> list[str]:
    before = old["spec"]["jobTemplate"] if old else None
    return [f"spec.jobTemplate.{line}" for line in warnings.template(obj["spec"]["jobTemplate"], before)]


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj["spec"], obj.get("status", {})
    last = since(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else "<none>"
    counts = [str(spec.get("suspend", False)), len(status.get("active") or ()), last]
    shown = [name(obj), spec.get("schedule", ""), spec.get("timeZone", "<none>"), *counts, age(obj, now)]
    return shown + template_cells({"spec": spec.get("jobTemplate", {}).get("spec", {})})


SPEC = Spec(
    GROUP.kind("CronJob", "cronjobs", short_names=("cj",), categories=("all",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=empty_status),
    rules=Rules(_check, warn=_warn),
    columns=Columns(
        define("Name", "Schedule", "Timezone", "Suspend", "Active:integer", "Last Schedule", "Age", wide=WIDE), _cells
    ),
)
