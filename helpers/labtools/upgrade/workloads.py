"""Deployment, DaemonSet, ReplicaSet and StatefulSet of extensions/v1beta1 and apps/v1beta1 and 2, to apps/v1."""

from collections.abc import Mapping
from typing import Any

from labcore.language.messages import phrase

from labtools.upgrade.edit import Edit, mapping

OLD = ("extensions/v1beta1", "apps/v1beta1", "apps/v1beta2")
NEW = "apps/v1"
KINDS = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet")

# What a manifest that says nothing meant, by version, where apps/v1 means something else.
_NOW: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "extensions/v1beta1": {
        "progressDeadlineSeconds": (phrase("no deadline"), "600"),
        "revisionHistoryLimit": (phrase("all"), "10"),
        "strategy": (phrase("one Pod at a time"), "25 %"),
    },
    "apps/v1beta1": {"revisionHistoryLimit": ("2", "10")},
}


def upgrade(edit: Edit) -> None:
    """extensions/v1beta1 and apps/v1beta1, v1beta2 to apps/v1, which requires a selector."""
    root, old = edit.root, edit.root.get("apiVersion")
    if old not in OLD:
        _pod_spec(edit)
        return
    edit.value(root, (), "apiVersion", NEW, phrase("the old versions were removed in Kubernetes 1.16"))
    spec = root.get("spec")
    if not isinstance(spec, dict):
        return
    for key, why in (
        ("rollbackTo", phrase("removed: `kubectl rollout undo` does it")),
        ("templateGeneration", phrase("removed: Kubernetes counts by itself")),
    ):
        if key in spec:
            edit.remove(spec, ("spec",), key, why)
    _selector(edit, spec)
    _defaults(edit, spec, old)
    _pod_spec(edit)


def _selector(edit: Edit, spec: Any) -> None:
    """The old versions took the template's labels where none was written; it has to be written now."""
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if spec.get("selector"):
        return
    if not labels:
        edit.note(
            phrase(
                "{title}: give the Pod template labels, and select them with spec.selector.matchLabels",
                title=_title(edit),
            )
        )
        return
    after = "replicas" if "replicas" in spec else None
    why = phrase("has to be written now, and cannot be changed later; the template's labels were meant")
    edit.insert(spec, ("spec",), after, "selector", mapping(matchLabels=mapping(**dict(labels))), why)


def _defaults(edit: Edit, spec: Any, old: str) -> None:
    if edit.root.get("kind") == "DaemonSet" and old == "extensions/v1beta1" and "updateStrategy" not in spec:
        edit.note(
            phrase(
                "{title}: updateStrategy is not written; it meant OnDelete, and is RollingUpdate in {new}",
                title=_title(edit),
                new=NEW,
            )
        )
    if edit.root.get("kind") == "StatefulSet" and old == "apps/v1beta1" and "updateStrategy" not in spec:
        edit.note(
            phrase(
                "{title}: updateStrategy is not written; it meant OnDelete, and is RollingUpdate in {new}",
                title=_title(edit),
                new=NEW,
            )
        )
    if edit.root.get("kind") != "Deployment":
        return
    for name, (then, now) in _NOW.get(old, {}).items():
        if name not in spec:
            edit.note(
                phrase(
                    "{title}: {name} is not written; it meant {then}, and is {now} in {new}",
                    title=_title(edit),
                    name=name,
                    then=then,
                    now=now,
                    new=NEW,
                )
            )


def _pod_spec(edit: Edit) -> None:
    pod = ((edit.root.get("spec") or {}).get("template") or {}).get("spec")
    if not isinstance(pod, dict) or "serviceAccount" not in pod:
        return
    where = ("spec", "template", "spec")
    if "serviceAccountName" in pod:
        edit.remove(pod, where, "serviceAccount", phrase("an old name of serviceAccountName, which is there, too"))
    else:
        why = phrase("serviceAccount is an old name of it")
        edit.rename(pod, where, "serviceAccount", "serviceAccountName", pod["serviceAccount"], why)


def _title(edit: Edit) -> str:
    return f"{edit.root.get('kind')} {(edit.root.get('metadata') or {}).get('name', '')}"
