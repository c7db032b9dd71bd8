"""`kubeadmConfigPatches` of a kind cluster file: the node labels and taints they set on a node of Kubernetes v1.36,
and when a node counts as lost.

Tried with kind 0.33 (recordings/kind/README.md, facts 4 and 5): the list form of kubeletExtraArgs and a map
without apiVersion are taken, another apiVersion than v1beta4 is ignored in silence, and labels from a patch
replace the node's `labels:`. What kind drops in silence is dropped here with a notice.
"""

import json
import re
from dataclasses import dataclass

import yaml

from loopkube.upstream.version import MAJOR, MINOR

API_VERSION = "kubeadm.k8s.io/v1beta4"


class PatchError(Exception):
    """A patch that is not YAML."""


@dataclass(frozen=True)
class Registration:
    """What patches say about a node's registration; None where they say nothing."""

    labels: dict[str, str] | None = None
    taints: list[dict] | None = None


@dataclass(frozen=True)
class Settings:
    """What patches say about components; the defaults are those of Kubernetes v1.36. All in seconds."""

    node_grace: float = 50.0
    """kube-controller-manager's --node-monitor-grace-period: silent for so long, a node is not ready."""
    lease_seconds: int = 40
    """The kubelet's nodeLeaseDurationSeconds: it gives a sign of life four times in this time."""
    toleration_seconds: tuple[int, int] = (300, 300)
    """kube-apiserver's --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds."""


_MANAGER, _SERVER = "controllerManager", "apiServer"
_NOT_READY, _UNREACHABLE = "default-not-ready-toleration-seconds", "default-unreachable-toleration-seconds"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}


def settings(patches: list[str], notices: list[str]) -> Settings:
    """What the patches for ClusterConfiguration and KubeletConfiguration say. The rest of them is named and ignored."""
    said: dict[str, object] = {}
    for patch in map(_parsed, patches):
        kind = patch.get("kind")
        if kind == "ClusterConfiguration" and patch.get("apiVersion", API_VERSION) == API_VERSION:
            for component, body in patch.items():
                arguments = _arguments(body.get("extraArgs")) if isinstance(body, dict) else {}
                said |= {f"{component} {name}": value for name, value in arguments.items()}
        elif kind == "KubeletConfiguration":
            said |= {f"kubelet {name}": value for name, value in patch.items() if name not in ("kind", "apiVersion")}
    merged = Settings()
    try:
        merged = _settings(said)
    except ValueError as error:
        notices.append(f"kubeadmConfigPatches: {error}: ignored (kind's node would not start)")
    notices += [f"kubeadmConfigPatches: {name} has no meaning here" for name in said]
    return merged


def _settings(said: dict[str, object]) -> Settings:
    """Takes out of `said` what is understood. Raises ValueError."""
    default = Settings()
    said.pop(f"{_MANAGER} node-monitor-period", None)  # here the moment itself is waited for
    not_ready, unreachable = default.toleration_seconds
    return Settings(
        _seconds(said.pop(f"{_MANAGER} node-monitor-grace-period", f"{default.node_grace}s")),
        max(1, int(str(said.pop("kubelet nodeLeaseDurationSeconds", default.lease_seconds)))),
        (
            int(str(said.pop(f"{_SERVER} {_NOT_READY}", not_ready))),
            int(str(said.pop(f"{_SERVER} {_UNREACHABLE}", unreachable))),
        ),
    )


def _seconds(text: object) -> float:
    """A duration as Go writes it (`8s`, `1m30s`)."""
    parts = _DURATION.findall(str(text))
    if not parts or "".join(number + unit for number, unit in parts) != str(text):
        raise ValueError(f"{text} is not a duration such as 8s or 1m30s")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _arguments(given: object) -> dict[str, object]:
    """`extraArgs`, a list of {name, value} or a map."""
    if isinstance(given, list):
        return {str(a.get("name")): a.get("value") for a in given if isinstance(a, dict)}
    return given if isinstance(given, dict) else {}


def registration(patches: list[str], kind: str, where: str, notices: list[str]) -> Registration:
    """Labels and taints from the patches for `kind` (InitConfiguration or JoinConfiguration)."""
    labels, taints = None, None
    for text in patches:
        patch = _parsed(text)
        if patch.get("kind") != kind:
            continue
        version = patch.get("apiVersion", API_VERSION)
        if version != API_VERSION:
            notices.append(
                f"{where}kubeadmConfigPatches: a patch of {version} changes nothing on v{MAJOR}.{MINOR} "
                f"(it has {API_VERSION})"
            )
            continue
        node = patch.get("nodeRegistration") or {}
        own = _node_labels(node.get("kubeletExtraArgs") if isinstance(node, dict) else None)
        labels = labels if own is None else own
        taints = node.get("taints", taints) if isinstance(node, dict) else taints
        if own is None and "node-labels" in text:
            notices.append(
                f"{where}kubeadmConfigPatches: node-labels stands in the wrong place (indentation?): no label is set"
            )
    return Registration(labels, taints)


def _parsed(text: str) -> dict:
    try:
        patch = yaml.safe_load(text)
    except yaml.YAMLError as error:
        quoted = json.dumps(text, ensure_ascii=False)
        raise PatchError(
            "failed to generate kubeadm config content: failed to parse patches: failed to parse type meta for "
            f"{quoted}: error converting YAML to JSON: {go_yaml_error(error)}"
        ) from error
    return patch if isinstance(patch, dict) else {}


def _node_labels(arguments: object) -> dict[str, str] | None:
    """The labels in `kubeletExtraArgs`, a list of {name, value} or a map; None where there are none."""
    value = _arguments(arguments).get("node-labels")
    if not isinstance(value, str):
        return None
    pairs = (part.strip().partition("=") for part in value.split(",") if part.strip())
    return {key: text for key, _, text in pairs}


def go_yaml_error(error: yaml.YAMLError) -> str:
    """A YAML error in the words of the Go library that kind uses."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if not problem or mark is None:
        return f"yaml: {error}"
    message = re.sub(r", but (got|found) .*", "", problem).replace("not allowed here", "not allowed in this context")
    if message.startswith("expected"):
        message = f"did not find {message}"
    line = mark.line + (1 if isinstance(error, yaml.scanner.ScannerError) else 0)
    return f"yaml: line {line}: {message}"
