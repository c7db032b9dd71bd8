"""NetworkPolicy: who may talk to whom. Stored only, as on a cluster whose network does not enforce policies."""

from datetime import datetime

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name, selector
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    for direction in ("ingress", "egress"):
        for port in (p for rule in spec.get(direction) or () for p in rule.get("ports") or ()):
            port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress"] + (["Egress"] if spec.get("egress") else [])


def _warn(obj: dict, old: dict | None) -> list[str]:
    """Kept as on a cluster whose network does not enforce policies; there nobody says so."""
    return ["NetworkPolicy is stored and not enforced on this cluster: its Pods share one network"]


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), selector(obj["spec"].get("podSelector")), age(obj, now)]


SPEC = Spec(
    GROUP.kind("NetworkPolicy", "networkpolicies", short_names=("netpol",)),
    defaults=_defaults,
    strategy=Strategy(generation=True),
    rules=Rules(warn=_warn),
    columns=Columns(define("Name", "Pod-Selector", "Age"), _cells),
)
