"""A Deployment's revisions: which ReplicaSet is the new one, how the annotations count them, how one is made."""

import copy

from loopkube.controllers.hashing import template_hash
from loopkube.controllers.owners import controller_ref
from loopkube.controllers.rollout import max_surge, replicas_of

HASH_LABEL = "pod-template-hash"
PREFIX = "deployment.kubernetes.io/"
REVISION, HISTORY = PREFIX + "revision", PREFIX + "revision-history"
DESIRED, MAXIMUM = PREFIX + "desired-replicas", PREFIX + "max-replicas"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NOT_COPIED = {LAST_APPLIED, REVISION, HISTORY, DESIRED, MAXIMUM, "deprecated.deployment.rollback.to"}
HISTORY_CHARACTERS = 2000


def annotations_of(obj: dict) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def revision_of(obj: dict) -> int:
    """deployment.kubernetes.io/revision as a number; 0 where it is missing or not a number."""
    try:
        return int(annotations_of(obj).get(REVISION, "0"))
    except ValueError:
        return 0


def split(deployment: dict, sets: list[dict]) -> tuple[dict | None, list[dict]]:
    """(the ReplicaSet of the present template, the others), oldest first."""
    template = _comparable(deployment["spec"]["template"])
    ordered = sorted(sets, key=age)
    new = next((s for s in ordered if _comparable(s["spec"]["template"]) == template), None)
    return new, [s for s in ordered if s is not new]


def age(obj: dict) -> tuple[str, str]:
    """Sort key: oldest first, by name where the second is the same."""
    return obj["metadata"].get("creationTimestamp", ""), obj["metadata"]["name"]


def same_template(deployment: dict, replica_set: dict) -> bool:
    """Equal but for pod-template-hash, which the ReplicaSet's alone has (EqualIgnoreHash in deployment_util.go)."""
    return _comparable(deployment["spec"]["template"]) == _comparable(replica_set["spec"]["template"])


def _comparable(template: dict) -> tuple[dict, dict, dict]:
    """The template without its hash label and without what means nothing."""
    metadata = template.get("metadata") or {}
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != HASH_LABEL}
    return labels, metadata.get("annotations") or {}, template["spec"]


def next_revision(old: list[dict]) -> int:
    """One more than the highest of the old ones."""
    return max((revision_of(s) for s in old), default=0) + 1


def make(deployment: dict, revision: int, replicas: int) -> dict:
    """The new ReplicaSet of `deployment`, with its hash in name, labels and selector."""
    spec, metadata = deployment["spec"], deployment["metadata"]
    template = copy.deepcopy(spec["template"])
    hash = template_hash(template, deployment.get("status", {}).get("collisionCount", 0))
    template_labels = (template.get("metadata") or {}).get("labels") or {}
    template["metadata"] = (template.get("metadata") or {}) | {"labels": template_labels | {HASH_LABEL: hash}}
    selector = copy.deepcopy(spec["selector"])
    selector["matchLabels"] = (selector.get("matchLabels") or {}) | {HASH_LABEL: hash}
    replica_set: dict = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{metadata['name']}-{hash}",
            "namespace": metadata["namespace"],
            "labels": template["metadata"]["labels"],
            "ownerReferences": [controller_ref(deployment)],
        },
        "spec": {"replicas": replicas, "selector": selector, "template": template},
    }
    if spec.get("minReadySeconds"):
        replica_set["spec"]["minReadySeconds"] = spec["minReadySeconds"]
    return annotated(deployment, with_replicas(deployment, replica_set, replicas), revision)


def annotated(deployment: dict, replica_set: dict, revision: int) -> dict:
    """The new ReplicaSet with the annotations it should have (the same object when it has them)."""
    known = annotations_of(replica_set)
    desired = known | {k: v for k, v in annotations_of(deployment).items() if k not in NOT_COPIED}
    old = revision_of(replica_set)
    if old < revision:
        desired = desired | {REVISION: str(revision)}
        if REVISION in known:
            desired |= {HISTORY: _history(known.get(HISTORY, ""), old)}
    seconds = deployment["spec"].get("minReadySeconds", 0)
    if desired == known and replica_set["spec"].get("minReadySeconds", 0) == seconds:
        return replica_set
    changed = with_annotations(replica_set, desired)
    changed["spec"] = replica_set["spec"] | ({"minReadySeconds": seconds} if seconds else {})
    if not seconds:
        changed["spec"].pop("minReadySeconds", None)
    return changed


def _history(known: str, revision: int) -> str:
    """The revisions that this ReplicaSet had before, the oldest dropped when they grow too long."""
    past = [*known.split(","), str(revision)] if known else [str(revision)]
    while len(past) > 1 and len(",".join(past)) > HISTORY_CHARACTERS:
        past.pop(0)
    return ",".join(past)


def with_annotations(obj: dict, annotations: dict[str, str]) -> dict:
    """A copy of `obj` with these annotations."""
    return obj | {"metadata": obj["metadata"] | {"annotations": annotations}}


def with_replicas(deployment: dict, replica_set: dict, replicas: int) -> dict:
    """The ReplicaSet at another size, annotated with the Deployment's (the same object when nothing differs)."""
    desired = replicas_of(deployment)
    sizes = {DESIRED: str(desired), MAXIMUM: str(desired + max_surge(deployment))}
    known = annotations_of(replica_set)
    if replicas_of(replica_set) == replicas and known | sizes == known:
        return replica_set
    changed = with_annotations(replica_set, known | sizes)
    return changed | {"spec": replica_set["spec"] | {"replicas": replicas}}


def is_resized(deployment: dict, sets: list[dict]) -> bool:
    """Whether the Deployment got another size since its running ReplicaSets were annotated with it."""
    sizes = [annotations_of(s).get(DESIRED) for s in sets if replicas_of(s) > 0]
    return any(size is not None and size != str(replicas_of(deployment)) for size in sizes)


def to_clean_up(deployment: dict, old: list[dict]) -> list[dict]:
    """The old ReplicaSets beyond `revisionHistoryLimit`."""
    limit = deployment["spec"].get("revisionHistoryLimit")
    if limit is None or limit == 2**31 - 1:
        return []
    cleanable = [s for s in old if not s["metadata"].get("deletionTimestamp")]
    surplus = sorted(cleanable, key=revision_of)[: max(0, len(cleanable) - limit)]
    return [s for s in surplus if _is_idle(s)]


def _is_idle(replica_set: dict) -> bool:
    status, metadata = replica_set.get("status", {}), replica_set["metadata"]
    seen = metadata.get("generation", 0) <= status.get("observedGeneration", 0)
    return seen and not status.get("replicas") and not replicas_of(replica_set)
