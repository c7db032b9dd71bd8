"""The Pods of a DaemonSet: on which nodes they should run, and what each Pod looks like. Pure functions."""

import copy

from loopkube.controllers.pods import from_template
from loopkube.shared.labels import labels_of
from loopkube.shared.placement import fits_node_affinity, untolerated

HASH_LABEL, GENERATION_LABEL = "controller-revision-hash", "pod-template-generation"
GENERATION_ANNOTATION = "deprecated.daemonset.template.generation"

_NO_EXECUTE = ("not-ready", "unreachable")
_NO_SCHEDULE = ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
_MATCH = "requiredDuringSchedulingIgnoredDuringExecution"


def tolerations(spec: dict) -> list[dict]:
    """The template's tolerations and those that every daemon Pod gets: it stays on a node in trouble."""
    daemon = [(key, "NoExecute") for key in _NO_EXECUTE] + [(key, "NoSchedule") for key in _NO_SCHEDULE]
    if spec.get("hostNetwork"):
        daemon.append(("network-unavailable", "NoSchedule"))
    tolerated = list(spec.get("tolerations") or ())
    for key, effect in daemon:
        added = {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
        if added not in tolerated:
            tolerated.append(added)
    return tolerated


def make(daemon_set: dict, node: str, hash: str) -> dict:
    """The Pod for a node. It is bound to the node by affinity, so that the scheduler places it."""
    template = daemon_set["spec"]["template"]
    pod = from_template(daemon_set, template)
    labels = pod["metadata"].get("labels") or {}
    pod["metadata"]["labels"] = labels | {HASH_LABEL: hash} | _generation(daemon_set)
    spec = pod["spec"]
    spec["tolerations"] = tolerations(template["spec"])
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = copy.deepcopy(spec.get("affinity") or {})
    affinity["nodeAffinity"] = (affinity.get("nodeAffinity") or {}) | {
        _MATCH: {"nodeSelectorTerms": [{"matchFields": [field]}]}
    }
    return pod | {"spec": spec | {"affinity": affinity}}


def _generation(daemon_set: dict) -> dict[str, str]:
    generation = (daemon_set["metadata"].get("annotations") or {}).get(GENERATION_ANNOTATION)
    return {GENERATION_LABEL: generation} if generation else {}


def is_updated(daemon_set: dict, pod: dict, hash: str) -> bool:
    """Whether the Pod was made from the present template."""
    return labels_of(pod).get(HASH_LABEL) == hash


def node_of(pod: dict) -> str:
    """The node that the Pod is on, or is meant for; `` when it is meant for none."""
    if pod["spec"].get("nodeName"):
        return pod["spec"]["nodeName"]
    affinity = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(_MATCH) or {}
    for term in affinity.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In" and len(field["values"]) == 1:
                return field["values"][0]
    return ""


def belongs_on(daemon_set: dict, node: dict) -> tuple[bool, bool]:
    """(a Pod should be started on the node, a Pod that runs there may stay)."""
    template = daemon_set["spec"]["template"]["spec"]
    spec = template | {"tolerations": tolerations(template)}
    pinned = template.get("nodeName")
    if (pinned and pinned != node["metadata"]["name"]) or not fits_node_affinity(spec, node):
        return False, False
    may_start = not untolerated(spec, node, ("NoSchedule", "NoExecute"))
    return may_start, not untolerated(spec, node, ("NoExecute",))
