"""Node: a machine that runs Pods."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.pod_template.scheduling import EFFECTS
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_ROLE_LABEL = "node-role.kubernetes.io/"
_OLD_ROLE_LABEL = "kubernetes.io/role"


def _defaults(obj: dict) -> None:
    status = obj.get("status", {})
    if status.get("capacity"):
        status.setdefault("allocatable", dict(status["capacity"]))


def _update(obj: dict, old: dict) -> None:
    """Taking a field out of a Node's spec by leaving it out is not how its addresses are released."""
    for field in ("podCIDR", "podCIDRs"):
        if field in old.get("spec", {}):
            obj.setdefault("spec", {}).setdefault(field, old["spec"][field])


def _check(report: Report, obj: dict, old: dict | None) -> None:
    seen: set[tuple] = set()
    for index, taint in enumerate(obj.get("spec", {}).get("taints", ())):
        path, key = f"spec.taints[{index}]", taint.get("key", "")
        report.all(f"{path}.key", key, text.qualified_name(key))
        if text.label_value(taint.get("value", "")):
            report.invalid(f"{path}.value", taint["value"], ";".join(text.label_value(taint["value"])))
        if not taint.get("effect"):
            report.required(f"{path}.effect")
        else:
            report.one_of(f"{path}.effect", taint["effect"], EFFECTS)
        if (key, taint.get("effect")) in seen:
            shown = {"Key": key, "Value": taint.get("value", ""), "Effect": taint.get("effect", ""), "TimeAdded": None}
            report.duplicate(path, shown)
        seen.add((key, taint.get("effect")))


def _cells(obj: dict, now: datetime) -> list:
    info = obj.get("status", {}).get("nodeInfo", {})
    kubelet = info.get("kubeletVersion", "")
    wide = [
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]
    return [name(obj), _shown_status(obj), _roles(obj), age(obj, now), kubelet, *wide]


def _shown_status(obj: dict) -> str:
    ready = [c for c in obj.get("status", {}).get("conditions", ()) if c["type"] == "Ready"]
    shown = ["Ready" if ready[0]["status"] == "True" else "NotReady"] if ready else ["Unknown"]
    return ",".join([*shown, "SchedulingDisabled"] if obj.get("spec", {}).get("unschedulable") else shown)


def _roles(obj: dict) -> str:
    roles = set()
    for key, value in obj["metadata"].get("labels", {}).items():
        if key.startswith(_ROLE_LABEL) and len(key) > len(_ROLE_LABEL):
            roles.add(key.removeprefix(_ROLE_LABEL))
        elif key == _OLD_ROLE_LABEL and value:
            roles.add(value)
    return ",".join(sorted(roles)) or NONE


def _address(obj: dict, kind: str) -> str:
    addresses = [a["address"] for a in obj.get("status", {}).get("addresses", ()) if a["type"] == kind]
    return addresses[0] if addresses else NONE


SPEC = Spec(
    GROUP.kind("Node", "nodes", namespaced=False, short_names=("no",), subresources=("proxy", "status")),
    defaults=_defaults,
    strategy=Strategy(status=True, update=_update),
    rules=Rules(_check),
    columns=Columns(
        define(
            "Name",
            "Status",
            "Roles",
            "Age",
            "Version",
            wide=("Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"),
        ),
        _cells,
    ),
    selectable=fields("spec.unschedulable", absent="false"),
)
