"""APIService: another API server that serves a group. Stored only."""

from datetime import datetime

from loopkube.kinds.apiregistration import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    service = obj.get("spec", {}).get("service")
    where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    available = [c for c in obj.get("status", {}).get("conditions") or () if c["type"] == "Available"]
    return [name(obj), where, available[0]["status"] if available else "Unknown", age(obj, now)]


SPEC = Spec(
    GROUP.kind("APIService", "apiservices", namespaced=False, categories=("api-extensions",), subresources=("status",)),
    strategy=Strategy(status=True, create=empty_status),
    rules=Rules(warn=not_acted_upon("no other server is asked")),
    columns=Columns(define("Name", "Service", "Available", "Age"), _cells),
)
