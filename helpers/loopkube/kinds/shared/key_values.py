"""What ConfigMaps and Secrets share: a limit to their size, and that they can be frozen."""

from loopkube.kinds.shared.report import Report

LIMIT = 1024 * 1024
"""Bytes of all values together."""

_FROZEN = "field is immutable when `immutable` is set"


def frozen(report: Report, obj: dict, old: dict, fields: tuple[str, ...]) -> None:
    """An object that was made `immutable` stays so, and keeps these fields."""
    if not obj.get("immutable"):
        report.forbidden("immutable", _FROZEN)
    for field in fields:
        if obj.get(field, {}) != old.get(field, {}):
            report.forbidden(field, _FROZEN)


def decoded_size(content: str) -> int:
    """Bytes behind a text in base64."""
    return len(content) * 3 // 4 - content[-2:].count("=")
