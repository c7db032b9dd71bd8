"""Deployments, ReplicaSets, DaemonSets."""

from datetime import datetime

from loopkube.api.columns.layout import Columns, age, define, labels, name, selector

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


def _daemon_set(obj: dict, now: datetime) -> list:
    fields = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady")
    more = ("updatedNumberScheduled", "numberAvailable")
    counts = [obj.get("status", {}).get(field, 0) for field in fields + more]
    nodes = labels(obj["spec"].get("template", {}).get("spec", {}).get("nodeSelector"))
    return [name(obj), *counts, nodes, age(obj, now), *_template(obj)]


DEPLOYMENT = Columns(define("Name", "Ready", "Up-to-date", "Available", "Age", wide=_WIDE), _deployment)
REPLICA_SET = Columns(
    define("Name", "Desired:integer", "Current:integer", "Ready:integer", "Age", wide=_WIDE), _replica_set
)
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
