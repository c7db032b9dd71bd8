"""ConfigMap: configuration as keys and values."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.key_values import LIMIT, decoded_size, frozen
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec


def _check(report: Report, obj: dict, old: dict | None) -> None:
    data, binary = obj.get("data", {}), obj.get("binaryData", {})
    for key in sorted(data):
        report.all(f"data[{key}]", key, text.config_key(key))
        if key in binary:
            report.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in sorted(binary):
        report.all(f"binaryData[{key}]", key, text.config_key(key))
    size = sum(len(value.encode()) for value in data.values()) + sum(map(decoded_size, binary.values()))
    if size > LIMIT:
        report.too_long("[]", LIMIT)
    if old is not None and old.get("immutable"):
        frozen(report, obj, old, ("data", "binaryData"))


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), len(obj.get("data", {})) + len(obj.get("binaryData", {})), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ConfigMap", "configmaps", short_names=("cm",)),
    rules=Rules(_check),
    columns=Columns(define("Name", "Data", "Age"), _cells),
)
