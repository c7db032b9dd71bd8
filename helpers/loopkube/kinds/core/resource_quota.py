"""ResourceQuota: how much a namespace may use. Stored only."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    hard = obj.get("spec", {}).get("hard") or {}
    used = obj.get("status", {}).get("used") or {}
    limits = {key for key in hard if key.startswith("limits.")}

    def shown(keys: set[str]) -> str:
        return ", ".join(f"{key}: {used.get(key, '0')}/{hard[key]}" for key in sorted(keys))

    return [name(obj), shown(set(hard) - limits), shown(limits), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ResourceQuota", "resourcequotas", short_names=("quota",), subresources=("status",)),
    strategy=Strategy(status=True, create=empty_status),
    rules=Rules(warn=not_acted_upon("nothing is counted")),
    columns=Columns(define("Name", "Request", "Limit", "Age"), _cells),
)
