"""Deployments, ReplicaSets, ReplicationControllers, DaemonSets, Jobs."""

from datetime import datetime

from loopkube.api.columns.layout import Columns, age, define, human, labels, name, selector, since
from loopkube.clock import parse

_WIDE = ("Containers", "Images", "Selector")


def _template(obj: dict) -> list[str]:
    containers = obj["spec"].get("template", {}).get("spec", {}).get("containers") or ()
    names = ",".join(container.get("name", "") for container in containers)
    images = ",".join(container.get("image", "") for container in containers)
    return [names, images, selector(obj["spec"].get("selector"))]


def _deployment(obj: dict, now: datetime) -> list:
    status = obj.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    counts = [status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]
    return [name(obj), ready, *counts, age(obj, now), *_template(obj)]


def _replica_set(obj: dict, now: datetime) -> list:
    status = obj.get("status", {})
    counts = [obj["spec"].get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [name(obj), *counts, age(obj, now), *_template(obj)]


def _stateful_set(obj: dict, now: datetime) -> list:
    ready = f"{obj.get('status', {}).get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    return [name(obj), ready, age(obj, now), *_template(obj)[:2]]


def _revision(obj: dict, now: datetime) -> list:
    owner = next((o for o in obj["metadata"].get("ownerReferences") or () if o.get("controller")), None)
    group = owner["apiVersion"].rpartition("/")[0] if owner else ""
    shown = f"{owner['kind'].lower()}{f'.{group}' if group else ''}/{owner['name']}" if owner else "<none>"
    return [name(obj), shown, obj.get("revision", 0), age(obj, now)]


def _daemon_set(obj: dict, now: datetime) -> list:
    fields = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady")
    more = ("updatedNumberScheduled", "numberAvailable")
    counts = [obj.get("status", {}).get(field, 0) for field in fields + more]
    nodes = labels(obj["spec"].get("template", {}).get("spec", {}).get("nodeSelector"))
    return [name(obj), *counts, nodes, age(obj, now), *_template(obj)]


def _replication_controller(obj: dict, now: datetime) -> list:
    found = _replica_set(obj, now)
    return [*found[:-1], labels(obj["spec"].get("selector"))]


def _job(obj: dict, now: datetime) -> list:
    spec, status = obj["spec"], obj.get("status", {})
    done, wanted = status.get("succeeded", 0), spec.get("completions")
    counts = f"{done}/{wanted}" if wanted is not None else f"{done}/1 of {spec.get('parallelism', 0)}"
    if wanted is None and spec.get("parallelism", 0) <= 1:
        counts = f"{done}/1"
    return [name(obj), _job_state(obj), counts, _duration(status, now), age(obj, now), *_template(obj)]


def _cron_job(obj: dict, now: datetime) -> list:
    spec, status = obj["spec"], obj.get("status", {})
    last = since(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else "<none>"
    counts = [str(spec.get("suspend", False)), len(status.get("active") or ()), last]
    shown = [name(obj), spec.get("schedule", ""), spec.get("timeZone", "<none>"), *counts, age(obj, now)]
    return shown + _template({"spec": spec.get("jobTemplate", {}).get("spec", {})})


def _job_state(obj: dict) -> str:
    true = {c["type"] for c in obj.get("status", {}).get("conditions") or () if c["status"] == "True"}
    states = {"Complete": "Complete", "Failed": "Failed", "Suspended": "Suspended", "FailureTarget": "FailureTarget"}
    states |= {"SuccessCriteriaMet": "SuccessCriteriaMet"}
    if obj["metadata"].get("deletionTimestamp") and not {"Complete", "Failed"} & true:
        return "Terminating"
    return next((text for kind, text in states.items() if kind in true), "Running")


def _duration(status: dict, now: datetime) -> str:
    if not status.get("startTime"):
        return ""
    end = parse(status["completionTime"]) if status.get("completionTime") else now
    return human((end - parse(status["startTime"])).total_seconds())


DEPLOYMENT = Columns(define("Name", "Ready", "Up-to-date", "Available", "Age", wide=_WIDE), _deployment)
REPLICA_SET = Columns(
    define("Name", "Desired:integer", "Current:integer", "Ready:integer", "Age", wide=_WIDE), _replica_set
)
STATEFUL_SET = Columns(define("Name", "Ready", "Age", wide=_WIDE[:2]), _stateful_set)
CONTROLLER_REVISION = Columns(define("Name", "Controller", "Revision:integer", "Age"), _revision)
DAEMON_SET = Columns(
    define(
        "Name",
        "Desired:integer",
        "Current:integer",
        "Ready:integer",
        "Up-to-date:integer",
        "Available:integer",
        "Node Selector",
        "Age",
        wide=_WIDE,
    ),
    _daemon_set,
)
REPLICATION_CONTROLLER = Columns(REPLICA_SET.definitions, _replication_controller)
CRON_JOB = Columns(
    define("Name", "Schedule", "Timezone", "Suspend", "Active:integer", "Last Schedule", "Age", wide=_WIDE), _cron_job
)
JOB = Columns(define("Name", "Status", "Completions", "Duration", "Age", wide=_WIDE), _job)
