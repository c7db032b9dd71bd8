"""PodDisruptionBudget: how many Pods may be missing at a time. Stored only."""

from datetime import datetime

from loopkube.kinds.policy import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    least, most = spec.get("minAvailable", "N/A"), spec.get("maxUnavailable", "N/A")
    return [name(obj), str(least), str(most), obj.get("status", {}).get("disruptionsAllowed", 0), age(obj, now)]


SPEC = Spec(
    GROUP.kind("PodDisruptionBudget", "poddisruptionbudgets", short_names=("pdb",), subresources=("status",)),
    strategy=Strategy(generation=True, status=True, create=empty_status),
    rules=Rules(warn=not_acted_upon("evictions do not ask it")),
    columns=Columns(define("Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"), _cells),
)
