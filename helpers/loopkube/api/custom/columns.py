"""Columns of custom kinds: `additionalPrinterColumns` of their definition, or the age alone."""

import json
from collections.abc import Callable
from datetime import datetime

from loopkube.api.custom.json_path import find
from loopkube.kinds.shared.columns import UNKNOWN, Columns, define, name, since

_AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


def columns(version: dict) -> Columns:
    """From one entry of `spec.versions` of a CustomResourceDefinition."""
    declared = version.get("additionalPrinterColumns") or [_AGE]
    definitions = define("Name") + [_definition(column) for column in declared]

    def cells(obj: dict, now: datetime) -> list:
        return [name(obj), *(_cell(column, obj, now) for column in declared)]

    return Columns(definitions, cells)


def _definition(column: dict) -> dict:
    return {
        "name": column["name"],
        "type": column["type"],
        "format": column.get("format", ""),
        "description": column.get("description", ""),
        "priority": column.get("priority", 0),
    }


def _cell(column: dict, obj: dict, now: datetime) -> object:
    values = find(obj, column["jsonPath"])
    return _SHAPES.get(column["type"], _text)(values[0], now) if values and values[0] is not None else None


def _text(value: object, now: datetime) -> object:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _number(value: object, now: datetime) -> object:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _integer(value: object, now: datetime) -> object:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: object, now: datetime) -> object:
    return value if isinstance(value, bool) else None


def _date(value: object, now: datetime) -> object:
    try:
        return since(value, now) if isinstance(value, str) else UNKNOWN
    except ValueError:
        return "<invalid>"


_SHAPES: dict[str, Callable[[object, datetime], object]] = {
    "boolean": _boolean,
    "date": _date,
    "integer": _integer,
    "number": _number,
    "string": _text,
}
