"""A Job selects its Pods by its own uid (pkg/registry/batch/job/strategy.go)."""

_UID, _NAME = "controller-uid", "job-name"
_GROUP = "batch.kubernetes.io/"


def create(obj: dict) -> None:
    obj["status"] = {}
    spec, own = obj["spec"], obj["metadata"]
    if spec.get("manualSelector"):
        return
    uid, name = own["uid"], own.get("name", "")
    labels = {_UID: uid, _NAME: name, f"{_GROUP}{_UID}": uid, f"{_GROUP}{_NAME}": name}
    metadata = spec["template"].setdefault("metadata", {})
    metadata["labels"] = (metadata.get("labels") or {}) | labels
    if "selector" not in spec:
        spec["selector"] = {"matchLabels": {f"{_GROUP}{_UID}": uid}}
