"""VolumeAttributesClass: attributes of a volume that may change (pkg/apis/storage/validation). Stored only."""

from datetime import datetime

from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec
from loopkube.kinds.storage import GROUP


def _check(report: Report, obj: dict, old: dict | None) -> None:
    driver, parameters = obj.get("driverName", ""), obj.get("parameters") or {}
    if old is not None:
        for field, value in (("driverName", driver), ("parameters", parameters)):
            if value != (old.get(field) or type(value)()):
                report.forbidden(field, "updates to this field are forbidden.")
        return
    if driver:
        report.all("driverName", driver, text.qualified_name(driver.lower()))
    else:
        report.required("driverName")
    if not parameters:
        report.required("parameters", "must contain at least one key/value pair")


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("driverName", ""), age(obj, now)]


SPEC = Spec(
    GROUP.kind("VolumeAttributesClass", "volumeattributesclasses", namespaced=False, short_names=("vac",)),
    rules=Rules(_check, warn=not_acted_upon("no volume is changed")),
    columns=Columns(define("Name", "DriverName", "Age"), _cells),
)
