"""`kubeadmConfigPatches` of a kind cluster file: the node labels and taints they set on a node of Kubernetes v1.36.

Tried with kind 0.33 (recordings/kind/README.md, facts 4 and 5): the list form of kubeletExtraArgs and a map
without apiVersion are taken, another apiVersion than v1beta4 is ignored in silence, and labels from a patch
replace the node's `labels:`. What kind drops in silence is dropped here with a notice.
"""

import json
import re
from dataclasses import dataclass

import yaml

API_VERSION = "kubeadm.k8s.io/v1beta4"


class PatchError(Exception):
    """A patch that is not YAML."""


@dataclass(frozen=True)
class Registration:
    """What patches say about a node's registration; None where they say nothing."""

    labels: dict[str, str] | None = None
    taints: list[dict] | None = None


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
                f"{where}kubeadmConfigPatches: a patch of {version} changes nothing on v1.36 (it has {API_VERSION})"
            )
            continue
        node = patch.get("nodeRegistration") or {}
        found = _node_labels(node.get("kubeletExtraArgs") if isinstance(node, dict) else None)
        labels = labels if found is None else found
        taints = node.get("taints", taints) if isinstance(node, dict) else taints
        if found is None and "node-labels" in text:
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
    if isinstance(arguments, list):
        arguments = {a.get("name"): a.get("value") for a in arguments if isinstance(a, dict)}
    value = arguments.get("node-labels") if isinstance(arguments, dict) else None
    if not isinstance(value, str):
        return None
    pairs = (part.strip().partition("=") for part in value.split(",") if part.strip())
    return {key: text for key, _, text in pairs}


def go_yaml_error(error: yaml.YAMLError) -> str:
    """A YAML error in the words of the Go library that kind uses."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if not problem or mark is None:
        return f"yaml: {error}"
    words = re.sub(r", but (got|found) .*", "", problem).replace("not allowed here", "not allowed in this context")
    if words.startswith("expected"):
        words = f"did not find {words}"
    line = mark.line + (1 if isinstance(error, yaml.scanner.ScannerError) else 0)
    return f"yaml: line {line}: {words}"
