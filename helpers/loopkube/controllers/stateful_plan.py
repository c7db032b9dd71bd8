"""What a StatefulSet asks for: names and looks of its Pods, its revisions, the next step. Pure functions.

After pkg/controller/statefulset of Kubernetes.
"""

import copy
import re
from dataclasses import dataclass, field

import orjson

from loopkube.controllers.hashing import fnv1, safe
from loopkube.controllers.owners import controller_ref
from loopkube.controllers.pods import from_template, is_finished, is_terminating
from loopkube.shared.labels import labels_of

REVISION_LABEL, NAME_LABEL = "controller-revision-hash", "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"


@dataclass
class Steps:
    """What to do now."""

    create: list[int] = field(default_factory=list)
    delete: list[dict] = field(default_factory=list)


def ordinal_of(stateful_set: dict, pod: dict) -> int:
    """The number of a Pod of the set; -1 when its name is none of the set's."""
    match = re.fullmatch(re.escape(stateful_set["metadata"]["name"]) + r"-(\d+)", pod["metadata"]["name"])
    return int(match[1]) if match else -1


def ordinals(spec: dict) -> range:
    """The numbers of its Pods, from spec.ordinals.start on."""
    start = (spec.get("ordinals") or {}).get("start", 0)
    return range(start, start + spec.get("replicas", 1))


def partition(spec: dict) -> int:
    """Pods with a lower number keep the old revision (rollingUpdate.partition)."""
    strategy = spec.get("updateStrategy") or {}
    return (strategy.get("rollingUpdate") or {}).get("partition", 0)


def revision_data(stateful_set: dict) -> dict:
    """What `rollout undo` puts back."""
    return {"spec": {"template": {**stateful_set["spec"]["template"], "$patch": "replace"}}}


def revision_name(stateful_set: dict) -> str:
    """Its name and the hash of its template, as upstream has it."""
    data = orjson.dumps(revision_data(stateful_set), option=orjson.OPT_SORT_KEYS)
    return f"{stateful_set['metadata']['name']}-{safe(str(fnv1(data)))}"


def make_revision(stateful_set: dict, number: int) -> dict:
    """A ControllerRevision with the Pod template as a patch, numbered `number`."""
    metadata, name = stateful_set["metadata"], revision_name(stateful_set)
    labels = (stateful_set["spec"]["template"].get("metadata") or {}).get("labels") or {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": labels | {"controller.kubernetes.io/hash": name.rpartition("-")[2]},
            "annotations": dict(metadata.get("annotations") or {}),
            "ownerReferences": [controller_ref(stateful_set)],
        },
        "data": revision_data(stateful_set),
        "revision": number,
    }


def make_pod(stateful_set: dict, ordinal: int, revision: str, template: dict) -> dict:
    """A Pod with the identity that belongs to its number."""
    spec, name = stateful_set["spec"], f"{stateful_set['metadata']['name']}-{ordinal}"
    pod = from_template(stateful_set, template)
    del pod["metadata"]["generateName"]
    identity = {REVISION_LABEL: revision, NAME_LABEL: name, INDEX_LABEL: str(ordinal)}
    pod["metadata"] |= {"name": name, "labels": (pod["metadata"].get("labels") or {}) | identity}
    pod["spec"]["hostname"] = name
    if spec.get("serviceName"):
        pod["spec"]["subdomain"] = spec["serviceName"]
    claims = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or ()]
    if claims:
        others = [v for v in pod["spec"].get("volumes") or () if v["name"] not in claims]
        mounted = [{"name": c, "persistentVolumeClaim": {"claimName": f"{c}-{name}"}} for c in claims]
        pod["spec"]["volumes"] = others + mounted
    return pod


def claims_of(stateful_set: dict, pod: str) -> list[dict]:
    """The PersistentVolumeClaims of one Pod; they stay when it goes."""
    claims = []
    for template in stateful_set["spec"].get("volumeClaimTemplates") or ():
        claim = copy.deepcopy(template) | {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        claim.pop("status", None)
        labels = (stateful_set["spec"].get("selector") or {}).get("matchLabels") or {}
        named = {"name": f"{template['metadata']['name']}-{pod}", "namespace": stateful_set["metadata"]["namespace"]}
        claim["metadata"] = claim["metadata"] | named | {"labels": (claim["metadata"].get("labels") or {}) | labels}
        claims.append(claim)
    return claims


def next_steps(stateful_set: dict, pods: dict[int, dict], healthy: set[int], update: str) -> Steps:
    """One Pod after the other, or all at once where `podManagementPolicy` is Parallel; `healthy` are available."""
    spec = stateful_set["spec"]
    in_turn = spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady"
    steps = Steps()
    for ordinal in ordinals(spec):
        pod = pods.get(ordinal)
        if pod is None:
            steps.create.append(ordinal)
        elif is_finished(pod) and not is_terminating(pod):
            steps.delete.append(pod)
        if in_turn and ordinal not in healthy:
            return steps
    surplus = [pods[n] for n in sorted(set(pods) - set(ordinals(spec)), reverse=True)]
    going = [pod for pod in surplus if not is_terminating(pod)]
    if going and not (in_turn and len(going) < len(surplus)):
        steps.delete += going[:1] if in_turn else going
    if not surplus and not steps.create and not steps.delete:
        steps.delete += _outdated(spec, pods, healthy, update)
    return steps


def _outdated(spec: dict, pods: dict[int, dict], healthy: set[int], update: str) -> list[dict]:
    """The Pod to replace next by one of the present revision: the last first, when those behind it are well."""
    if (spec.get("updateStrategy") or {}).get("type", "RollingUpdate") != "RollingUpdate":
        return []
    for ordinal in reversed(ordinals(spec)):
        if ordinal < partition(spec):
            break
        pod = pods[ordinal]
        if labels_of(pod).get(REVISION_LABEL) != update:
            return [] if is_terminating(pod) else [pod]
        if ordinal not in healthy:
            return []
    return []


def status(stateful_set: dict, pods: dict[int, dict], ready: int, available: int, update: str) -> dict:
    """The whole status. `pods` by ordinal; `update` is the revision that new Pods get."""
    before = stateful_set.get("status") or {}
    current = before.get("currentRevision") or update
    alive = [pod for pod in pods.values() if not is_terminating(pod)]

    def made_from(revision: str) -> int:
        return sum(labels_of(pod).get(REVISION_LABEL) == revision for pod in alive)

    counts = {"readyReplicas": ready, "currentReplicas": made_from(current), "updatedReplicas": made_from(update)}
    replicas, rolling = stateful_set["spec"].get("replicas", 1), stateful_set["spec"].get("updateStrategy") or {}
    if counts["updatedReplicas"] == ready == len(pods) == replicas and rolling.get("type") != "OnDelete":
        current, counts["currentReplicas"] = update, counts["updatedReplicas"]
    return {
        "observedGeneration": stateful_set["metadata"].get("generation", 1),
        "replicas": len(pods),
        **{name: count for name, count in counts.items() if count},
        "currentRevision": current,
        "updateRevision": update,
        "collisionCount": 0,
        "availableReplicas": available,
    }
