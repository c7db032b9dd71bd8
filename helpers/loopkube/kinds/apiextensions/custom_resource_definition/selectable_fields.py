"""Rules for `selectableFields`: fields of simple types, by which lists and watches may select."""

from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.structural.field_paths import BadPath, field_path
from loopkube.kinds.shared.structural.schema import Schema

MOST = 8
_TYPES = ("string", "boolean", "integer")
_SIMPLE = (
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
)


def judge(report: Report, declared: list[dict], schema: Schema, path: str) -> None:
    """Each path must lead to a string, a boolean or an integer of the schema, and stand once."""
    seen: set[str] = set()
    for index, entry in enumerate(declared):
        here, given = f"{path}[{index}].jsonPath", entry.get("jsonPath") or ""
        if not given:
            report.required(here)
            continue
        try:
            written, leaf, names = field_path(given, schema, brackets=False)
        except BadPath as error:
            report.invalid(here, given, f"is an invalid path: {error}")
            continue
        if names and names[0] == "metadata":
            report.invalid(here, given, "must not point to fields in metadata")
        if leaf.get("type") not in _TYPES:
            report.invalid(here, given, _SIMPLE)
        if written in seen:
            report.duplicate(here, given)
        seen.add(written)
    if len(seen) > MOST:
        report.too_many(path, len(seen), MOST)
