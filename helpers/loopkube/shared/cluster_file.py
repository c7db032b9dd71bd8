"""The cluster file: kind's `Cluster` (kind.x-k8s.io/v1alpha4), read as kind reads it.

What kind refuses is refused in kind's words (recordings/kind/create-config-*). A field that kind does not
know is named in `ClusterConfig.notices` and ignored, as is one that has no meaning without containers.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from loopkube.shared import kubeadm_patches
from loopkube.shared.kubeadm_patches import Settings

API_VERSION = "kind.x-k8s.io/v1alpha4"
CONTROL_PLANE, WORKER = "control-plane", "worker"
_NAME = re.compile(r"^[a-z0-9.-]+$")


class ConfigError(Exception):
    """The cluster file cannot be used; the message is kind's, after `ERROR: failed to create cluster: `."""


@dataclass(frozen=True)
class PortMapping:
    """`host_port` of this machine's `listen_address` leads to `container_port` of the node."""

    container_port: int
    host_port: int
    listen_address: str = "127.0.0.1"
    protocol: str = "TCP"


@dataclass(frozen=True)
class NodeConfig:
    """A node of the cluster file: kind's fields of it that mean something here."""

    name: str
    role: str = CONTROL_PLANE
    labels: dict[str, str] = field(default_factory=dict)
    taints: list[dict] = field(default_factory=list)
    ports: list[PortMapping] = field(default_factory=list)


@dataclass(frozen=True)
class ClusterConfig:
    """A cluster file as read; `notices` say what it asks for that is not done here."""

    name: str
    nodes: list[NodeConfig]
    settings: Settings = field(default_factory=Settings)
    notices: list[str] = field(default_factory=list)
    """One line for each field that was ignored."""


def load(path: Path, name: str = "") -> ClusterConfig:
    """Read a cluster file; `name` overrides the file's, as kind's --name does. Raises ConfigError."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"error reading file: open {path}: {(error.strerror or str(error)).lower()}") from error
    return parse(text, name)


def parse(text: str, name: str = "") -> ClusterConfig:
    """Read the text of a cluster file; an empty one is kind's default, one node. Raises ConfigError."""
    if not text.strip():
        text = f"{{apiVersion: {API_VERSION}, kind: Cluster}}"
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(
            f"could not determine kind / apiVersion for config: {kubeadm_patches.go_yaml_error(error)}"
        ) from error
    document = document if isinstance(document, dict) else {}
    version = document.get("apiVersion", "")
    if version != API_VERSION:
        raise ConfigError(f"unknown apiVersion: {version}")
    if document.get("kind") != "Cluster":
        raise ConfigError(f"unknown kind {document.get('kind', '')} for apiVersion: {version}")
    return _cluster(document, name or document.get("name") or "kind")


# Fields that kind knows: those read here map to "", the others to why they change nothing.
_NO_CONTAINERS = "has no meaning here: nodes are not containers"
_CLUSTER_FIELDS = dict.fromkeys(("apiVersion", "kind", "name", "nodes", "kubeadmConfigPatches"), "") | dict.fromkeys(
    (
        "networking",
        "featureGates",
        "runtimeConfig",
        "kubeadmConfigPatchesJSON6902",
        "containerdConfigPatches",
        "containerdConfigPatchesJSON6902",
    ),
    _NO_CONTAINERS,
)
_NODE_FIELDS = dict.fromkeys(
    ("role", "image", "labels", "extraPortMappings", "kubeadmConfigPatches"), ""
) | dict.fromkeys(("extraMounts", "kubeadmConfigPatchesJSON6902"), _NO_CONTAINERS)
_PORT_FIELDS = dict.fromkeys(("containerPort", "hostPort", "listenAddress", "protocol"), "")


def _notices(value: dict, known: dict[str, str], where: str, type_name: str) -> list[str]:
    notices = []
    for name in value:
        if name not in known:
            notices.append(f"field {where}{name} not found in type v1alpha4.{type_name}: ignored (kind refuses it)")
        elif known[name]:
            notices.append(f"{where}{name} {known[name]}")
    return notices


def _cluster(document: dict, name: str) -> ClusterConfig:
    notices = _notices(document, _CLUSTER_FIELDS, "", "Cluster")
    entries = document.get("nodes") or [{"role": CONTROL_PLANE}]
    errors = (
        []
        if _NAME.match(name)
        else [f"'{name}' is not a valid cluster name, cluster names must match `{_NAME.pattern}`"]
    )
    for number, entry in enumerate(entries):
        problems = _node_errors(entry)
        if problems:
            errors.append(f"invalid configuration for node {number}: {_aggregate(problems)}")
    roles = [entry.get("role") or CONTROL_PLANE for entry in entries]
    if CONTROL_PLANE not in roles:
        errors.append(f"must have at least one {CONTROL_PLANE} node")
    if errors:
        raise ConfigError(_aggregate(errors))
    shared = document.get("kubeadmConfigPatches") or []
    nodes = [_node(name, entries, number, roles, shared, notices) for number in range(len(entries))]
    first = entries[roles.index(CONTROL_PLANE)]
    settings = kubeadm_patches.settings([*shared, *(first.get("kubeadmConfigPatches") or [])], notices)
    return ClusterConfig(name, nodes, settings, notices)


def _aggregate(errors: list[str]) -> str:
    """As apimachinery's Aggregate prints: one as it is, several in brackets, each once."""
    unique = list(dict.fromkeys(errors))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"


def _node_errors(entry: dict) -> list[str]:
    role = entry.get("role") or CONTROL_PLANE
    errors = [] if role in (CONTROL_PLANE, WORKER) else [f'"{role}" is not a valid node role']
    seen = set()
    for mapping in entry.get("extraPortMappings") or []:
        host, container = mapping.get("hostPort", 0), mapping.get("containerPort", 0)
        errors += [
            f"invalid {name}: invalid port number: {port}"
            for name, port in (("hostPort", host), ("containerPort", container))
            if not (isinstance(port, int) and -1 <= port <= 65535)
        ]
        listener = f"{mapping.get('listenAddress') or '0.0.0.0'}:{host}/{mapping.get('protocol') or ''}"  # noqa: S104
        if listener in seen and host not in (0, -1):
            same = "port mapping with same listen address, port and protocol already configured"
            errors.append(f"invalid portMapping: {same}: {listener}")
        seen.add(listener)
    return errors


def _node(
    cluster: str, entries: list[dict], number: int, roles: list[str], shared: list, notices: list[str]
) -> NodeConfig:
    entry, role = entries[number], roles[number]
    before = roles[:number].count(role)
    name = f"{cluster}-{role}{before + 1 if before else ''}"
    where = f"nodes[{number}]."
    notices += _notices(entry, _NODE_FIELDS, where, "Node")
    kind = "InitConfiguration" if role == CONTROL_PLANE and not before else "JoinConfiguration"
    try:
        registration = kubeadm_patches.registration(
            [*shared, *(entry.get("kubeadmConfigPatches") or [])], kind, where, notices
        )
    except kubeadm_patches.PatchError as error:
        raise ConfigError(str(error)) from error
    labels = entry.get("labels") or {} if registration.labels is None else registration.labels
    taints = registration.taints
    if taints is None:
        alone = WORKER not in roles
        taints = (
            []
            if role == WORKER or alone
            else [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
        )
    mappings = [
        _mapping(m, f"{where}extraPortMappings[{i}].", notices)
        for i, m in enumerate(entry.get("extraPortMappings") or [])
    ]
    return NodeConfig(name, role, {str(k): str(v) for k, v in labels.items()}, taints, mappings)


def _mapping(entry: dict, where: str, notices: list[str]) -> PortMapping:
    notices += _notices(entry, _PORT_FIELDS, where, "PortMapping")
    listen = entry.get("listenAddress") or "127.0.0.1"
    if not listen.startswith("127."):
        notices.append(f"{where}listenAddress {listen}: the local cluster listens on 127.0.0.1 only")
        listen = "127.0.0.1"
    host = entry.get("hostPort") or 0
    return PortMapping(entry.get("containerPort", 0), max(host, 0), listen, (entry.get("protocol") or "TCP").upper())
