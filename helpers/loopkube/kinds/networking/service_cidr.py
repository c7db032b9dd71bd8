"""ServiceCIDR: the range that addresses of Services come from."""

from datetime import datetime

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.spec import Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), ",".join(obj["spec"].get("cidrs", ())), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ServiceCIDR", "servicecidrs", namespaced=False, subresources=("status",)),
    strategy=Strategy(status=True),
    columns=Columns(define("Name", "CIDRs", "Age"), _cells),
)
