"""The shapes of columns, and the words that cells have in common."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from loopkube.shared.clock import parse

NONE = "<none>"
UNKNOWN = "<unknown>"

Cells = Callable[[dict, datetime], list]


class Columns(NamedTuple):
    """Column definitions as in `meta.k8s.io/v1` Table, and the cells of one object; `conditions` of its row."""

    definitions: list[dict]
    cells: Cells
    conditions: Callable[[dict], list[dict]] | None = None


def define(*normal: str, wide: Sequence[str] = ()) -> list[dict]:
    """Definitions from `Name:type` (string by default); the first column `Name` is the object's name."""
    shown = [_definition(text, 0) for text in normal]
    return shown + [_definition(text, 1) for text in wide]


def _definition(text: str, priority: int) -> dict:
    name, _, kind = text.partition(":")
    form = "name" if name == "Name" else ""
    return {"name": name, "type": kind or "string", "format": form, "description": "", "priority": priority}


def name(obj: dict) -> str:
    return obj["metadata"].get("name", "")


def age(obj: dict, now: datetime) -> str:
    """The column Age of kubectl: `5m`, `2d3h`."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def since(stamp: str | None, now: datetime) -> str:
    """How long ago, as kubectl writes durations; <unknown> where there is no time."""
    return human((now - parse(stamp)).total_seconds()) if stamp else UNKNOWN


def human(seconds: float) -> str:
    """A duration in at most two units (k8s.io/apimachinery/pkg/util/duration, HumanDuration)."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 2920 else f"{days // 365}y"


def _two(large: int, unit: str, small: int, smaller: str) -> str:
    return f"{large}{unit}{small}{smaller}" if small else f"{large}{unit}"


def labels(pairs: dict | None) -> str:
    """`a=1,b=2`, sorted; <none> where there are none."""
    return ",".join(f"{key}={value}" for key, value in sorted(pairs.items())) if pairs else NONE


def selector(terms: dict | None) -> str:
    """A LabelSelector as kubectl's `-l` would take it."""
    if not terms:
        return NONE
    parts = [(key, f"{key}={value}") for key, value in terms.get("matchLabels", {}).items()]
    parts += [(r.get("key", ""), _requirement(r)) for r in terms.get("matchExpressions", ())]
    return ",".join(text for _, text in sorted(parts)) or NONE


def _requirement(requirement: dict) -> str:
    key, values = requirement.get("key", ""), ",".join(sorted(requirement.get("values", ())))
    shapes = {
        "In": f"{key} in ({values})",
        "NotIn": f"{key} notin ({values})",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }
    return shapes.get(requirement.get("operator", ""), "<error>")


def some(names: list[str], count: int, empty: str, most: int = 3) -> str:
    """The first few, and how many more there are."""
    text = ",".join(names[:most])
    if count > most:
        return f"{text} + {count - most} more..."
    return text or empty
