"""The two forms of a metric, of what it aims at (`target`) and of what was measured (`current`).

The older form has flat fields; `prefix` is theirs and the newer form's: `targetAverageValue`, `target.averageValue`.
"""

from typing import Any

import orjson

_TYPES = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}


def is_cpu(metric: dict) -> bool:
    return metric.get("type") == "Resource" and (metric.get("resource") or {}).get("name") == "cpu"


def cpu(prefix: str, percent: int) -> dict:
    """A metric of the CPU in the newer form."""
    amount = {"averageUtilization": percent} | ({"type": "Utilization"} if prefix == "target" else {})
    return {"type": "Resource", "resource": {"name": "cpu", prefix: amount}}


def _field(kind: str) -> str:
    return kind[:1].lower() + kind[1:]


def _flat(kind: str, prefix: str, amount: str) -> str:
    """The older name of an amount."""
    if kind == "Object" and amount == "averageValue":
        return amount
    return prefix + amount[:1].upper() + amount[1:]


def outward(metric: dict, prefix: str) -> dict:
    """To the older form."""
    kind = metric.get("type", "")
    source = metric.get(_field(kind)) or {}
    older: dict[str, Any] = {field: source[field] for field in ("name", "container") if field in source}
    if "describedObject" in source:
        older["target"] = source["describedObject"]
    named = source.get("metric") or {}
    if named:
        older["metricName"] = named.get("name", "")
    if "selector" in named:
        older["metricSelector" if kind == "External" else "selector"] = named["selector"]
    amounts = source.get(prefix) or {}
    older |= {_flat(kind, prefix, amount): amounts[amount] for amount in _TYPES if amount in amounts}
    return {"type": kind, _field(kind): older}


def inward(metric: dict, prefix: str) -> dict:
    """To the newer form."""
    kind = metric.get("type", "")
    source = metric.get(_field(kind)) or {}
    newer: dict[str, Any] = {field: source[field] for field in ("name", "container") if field in source}
    if "target" in source:
        newer["describedObject"] = source["target"]
    if "metricName" in source:
        selector = source.get("metricSelector") or source.get("selector")
        newer["metric"] = {"name": source["metricName"]} | ({"selector": selector} if selector is not None else {})
    names = {amount: _flat(kind, prefix, amount) for amount in _TYPES}
    amounts = {amount: source[older] for amount, older in names.items() if older in source}
    if prefix == "target":
        first = next((amount for amount in _TYPES if amount in amounts), "averageValue")
        amounts = {"type": _TYPES["value" if kind == "External" and "value" in amounts else first]} | amounts
    return {"type": kind, _field(kind): newer | {prefix: amounts}}


def in_go(behavior: Any) -> Any:
    """A behavior as the annotation has it: Go prints the fields of a type without tags by their names in Go."""
    if isinstance(behavior, list):
        return [in_go(item) for item in behavior]
    if not isinstance(behavior, dict):
        return behavior
    return {key[:1].upper() + key[1:]: in_go(inner) for key, inner in behavior.items()}


def from_go(noted: Any, depth: int = 5) -> Any:
    """The way back, as deep as a behavior is."""
    if isinstance(noted, list) and depth:
        return [from_go(item, depth - 1) for item in noted]
    if not isinstance(noted, dict) or not depth:
        return noted
    return {key[:1].lower() + key[1:]: from_go(inner, depth - 1) for key, inner in noted.items() if inner is not None}


def read(text: str) -> Any:
    """What an annotation holds; None where it is no JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def listed(noted: Any) -> list[dict]:
    """The metrics of an annotation, which anybody may have written."""
    items = [item for item in noted if isinstance(item, dict)] if isinstance(noted, list) else []
    named = [item for item in items if isinstance(item.get("type"), str)]
    return [item for item in named if isinstance(item.get(_field(item["type"])), dict)]
