"""Namespace: a scope for names. It empties itself before it goes."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.kind import ALL_VERBS
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.status import keep
from loopkube.kinds.spec import Deletion, Leave, Rules, Spec, Strategy
from loopkube.shared.status import conflict

_PROTECTED = dict.fromkeys(("default", "kube-system", "kube-public"), "this namespace may not be deleted")

KIND = GROUP.kind(
    "Namespace",
    "namespaces",
    namespaced=False,
    short_names=("ns",),
    subresources=("finalize", "status"),
    verbs=tuple(v for v in ALL_VERBS if v != "deletecollection"),
)


def _defaults(obj: dict) -> None:
    if obj["metadata"].get("name"):
        obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]


def _create(obj: dict) -> None:
    obj["status"] = {"phase": "Active"}
    finalizers = obj.setdefault("spec", {}).setdefault("finalizers", [])
    if "kubernetes" not in finalizers:
        finalizers.append("kubernetes")


def _update(obj: dict, old: dict) -> None:
    keep(obj, old, "spec")


def _holds(obj: dict) -> bool:
    """A namespace empties itself first: the namespace controller takes its spec.finalizers away."""
    return bool((obj.get("spec") or {}).get("finalizers"))


def _leave(obj: dict, how: Leave) -> dict | None:
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        if not _holds(obj):
            return None
        why = (
            "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will "
        )
        raise conflict(KIND, metadata["name"], f"{why}automatically be purged by the system.")
    status = (obj.get("status") or {}) | {"phase": "Terminating"}
    return obj | {"metadata": metadata | {"deletionTimestamp": how.clock.stamp()}, "status": status}


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("status", {}).get("phase", ""), age(obj, now)]


SPEC = Spec(
    KIND,
    defaults=_defaults,
    strategy=Strategy(status=True, create=_create, update=_update),
    rules=Rules(name=text.dns_label),
    deletion=Deletion(_PROTECTED, leave=_leave, holds=_holds),
    columns=Columns(define("Name", "Status", "Age"), _cells),
    selectable=fields("status.phase") | {"name": name},
)
