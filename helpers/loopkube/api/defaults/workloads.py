"""Defaults of Deployments, ReplicaSets and DaemonSets."""

from loopkube.api.defaults.pods import template


def deployment(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def replica_set(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)


def daemon_set(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    template(spec.setdefault("template", {}))
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def stateful_set(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {}).setdefault("partition", 0)
    spec.setdefault("revisionHistoryLimit", 10)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for moment in ("whenDeleted", "whenScaled"):
        policy.setdefault(moment, "Retain")
    for claim in spec.get("volumeClaimTemplates") or ():
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        claim.setdefault("status", {}).setdefault("phase", "Pending")


def replication_controller(obj: dict) -> None:
    """What it selects, and its own labels, are those of its template unless it says otherwise."""
    spec = obj.setdefault("spec", {})
    labels = template_labels(spec.setdefault("template", {}))
    template(spec["template"])
    spec.setdefault("replicas", 1)
    if labels and not spec.get("selector"):
        spec["selector"] = dict(labels)
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def template_labels(template: dict) -> dict[str, str]:
    return (template.get("metadata") or {}).get("labels") or {}
