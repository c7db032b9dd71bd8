"""IPAddress: that a Service has taken an address."""

from datetime import datetime

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.spec import Spec


def _cells(obj: dict, now: datetime) -> list:
    parent = obj["spec"].get("parentRef") or {}
    group = f"{parent['group']}/" if parent.get("group") else ""
    owner = f"{parent['namespace']}/{parent.get('name', '')}" if parent.get("namespace") else parent.get("name", "")
    return [name(obj), f"{group}{parent.get('resource', '')}/{owner}", age(obj, now)]


SPEC = Spec(
    GROUP.kind("IPAddress", "ipaddresses", namespaced=False, short_names=("ip",)),
    columns=Columns(define("Name", "ParentRef", "Age"), _cells),
)
