"""CronJob: a Job at certain times. Stored only."""

from datetime import datetime

from loopkube.kinds.batch import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name, since
from loopkube.kinds.shared.pod_template import defaults
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.shared.workloads import WIDE, template_cells
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    """The defaults of its Jobs are filled in when they are made, those of their Pods here."""
    spec = obj.setdefault("spec", {})
    made = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    defaults.template(made.setdefault("template", {}))
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)


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
    rules=Rules(warn=not_acted_upon("no Job is started; kubectl create job --from=cronjob/NAME starts one")),
    columns=Columns(
        define("Name", "Schedule", "Timezone", "Suspend", "Active:integer", "Last Schedule", "Age", wide=WIDE), _cells
    ),
)
