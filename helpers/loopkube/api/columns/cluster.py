"""Namespaces, Nodes, Events, Leases, RBAC; and what a kind without columns of its own shows."""

from datetime import datetime

from loopkube.api.columns.layout import NONE, Columns, age, define, name, since

_ROLE_LABEL = "node-role.kubernetes.io/"
_OLD_ROLE_LABEL = "kubernetes.io/role"


def _namespace(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("status", {}).get("phase", ""), age(obj, now)]


def _node(obj: dict, now: datetime) -> list:
    info = obj.get("status", {}).get("nodeInfo", {})
    kubelet = info.get("kubeletVersion", "")
    wide = [
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]
    return [name(obj), _node_status(obj), _roles(obj), age(obj, now), kubelet, *wide]


def _node_status(obj: dict) -> str:
    ready = [c for c in obj.get("status", {}).get("conditions", ()) if c["type"] == "Ready"]
    found = ["Ready" if ready[0]["status"] == "True" else "NotReady"] if ready else ["Unknown"]
    return ",".join([*found, "SchedulingDisabled"] if obj.get("spec", {}).get("unschedulable") else found)


def _roles(obj: dict) -> str:
    found = set()
    for key, value in obj["metadata"].get("labels", {}).items():
        if key.startswith(_ROLE_LABEL) and len(key) > len(_ROLE_LABEL):
            found.add(key.removeprefix(_ROLE_LABEL))
        elif key == _OLD_ROLE_LABEL and value:
            found.add(value)
    return ",".join(sorted(found)) or NONE


def _address(obj: dict, kind: str) -> str:
    found = [a["address"] for a in obj.get("status", {}).get("addresses", ()) if a["type"] == kind]
    return found[0] if found else NONE


def _event(obj: dict, now: datetime) -> list:
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    count = obj.get("count", 0) or 1
    if obj.get("series"):
        last, count = since(obj["series"].get("lastObservedTime"), now), obj["series"].get("count", 0)
    about = obj.get("involvedObject", {})
    target = "/".join(part for part in (about.get("kind", "").lower(), about.get("name", "")) if part)
    shown = [last, obj.get("type", ""), obj.get("reason", ""), target, about.get("fieldPath", ""), _source(obj)]
    return [*shown, obj.get("message", "").strip(), first, count, name(obj)]


def _source(obj: dict) -> str:
    source = obj.get("source", {})
    component = source.get("component") or obj.get("reportingComponent", "")
    host = source.get("host") or obj.get("reportingInstance", "")
    return f"{component}, {host}" if host else component


def _lease(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("spec", {}).get("holderIdentity", ""), age(obj, now)]


def _binding(obj: dict, now: datetime) -> list:
    role = obj.get("roleRef", {})
    subjects = obj.get("subjects", ())
    users = [s["name"] for s in subjects if s.get("kind") == "User"]
    groups = [s["name"] for s in subjects if s.get("kind") == "Group"]
    accounts = [f"{s.get('namespace', '')}/{s['name']}" for s in subjects if s.get("kind") == "ServiceAccount"]
    who = [", ".join(names) for names in (users, groups, accounts)]
    return [name(obj), f"{role.get('kind', '')}/{role.get('name', '')}", age(obj, now), *who]


def _default(obj: dict, now: datetime) -> list:
    return [name(obj), obj["metadata"].get("creationTimestamp", "")]


NAMESPACE = Columns(define("Name", "Status", "Age"), _namespace)
NODE = Columns(
    define(
        "Name",
        "Status",
        "Roles",
        "Age",
        "Version",
        wide=("Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"),
    ),
    _node,
)
EVENT = Columns(
    [
        *define("Last Seen", "Type", "Reason", "Object"),
        *define(wide=("Subobject", "Source")),
        *define("Message"),
        *define(wide=("First Seen", "Count", "Name")),
    ],
    _event,
)
LEASE = Columns(define("Name", "Holder", "Age"), _lease)
ROLE_BINDING = Columns(define("Name", "Role", "Age", wide=("Users", "Groups", "ServiceAccounts")), _binding)
CLUSTER_ROLE_BINDING = ROLE_BINDING
DEFAULT = Columns(define("Name", "Created At:date"), _default)
