"""What a rule may cost at worst, by the bounds of its schema: cel-go's estimate, roughly and rather too low.

Lists, maps and strings without bounds are as large as a request can be.
"""

from typing import NamedTuple

from loopkube.kinds.shared.structural.schema import INT_OR_STRING, Schema
from loopkube.shared.cel.syntax import Call, Const, Fold, Ident, MakeList, MakeStruct, Node, Select

LIMIT = 10_000_000
_REQUEST = 3 * 1024 * 1024
_SMALLEST = {"boolean": 4, "integer": 1, "number": 1, "string": 2, "array": 2, "object": 2}
_TIMES = {"date": 12, "date-time": 32, "duration": 32}
_PER_CHARACTER = 0.1
_HINT = (
    "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are "
    "declared"
)


class Sized(NamedTuple):
    """What is known of a value: its schema, and how large it can be."""

    schema: Schema | None
    size: float


_UNKNOWN = Sized(None, 0)


def exceeded(what: str, cost: float) -> str:
    """Upstream's sentence; nothing where the cost is within the limit."""
    factor = cost / LIMIT
    if factor <= 1:
        return ""
    told = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    return f"{what} exceeds budget by factor of {told} ({_HINT})"


def smallest(schema: Schema) -> int:
    """Bytes of the shortest value."""
    kind = schema.get("type", "")
    size = 1 if schema.get(INT_OR_STRING) else _SMALLEST.get(kind, 2)
    properties = schema.get("properties") or {}
    needed = [(name, properties[name]) for name in schema.get("required") or () if name in properties]
    return size + sum(len(name) + smallest(inner) + 4 for name, inner in needed if "default" not in inner)


def most(schema: Schema) -> float:
    """Items, entries or characters at most."""
    match schema.get("type", ""):
        case "array":
            return schema.get("maxItems", (_REQUEST - 2) // (smallest(schema.get("items") or {}) + 1))
        case "object":
            more = schema.get("additionalProperties")
            if not isinstance(more, dict):
                return len(schema.get("properties") or ())
            return schema.get("maxProperties", (_REQUEST - 2) // (smallest(more) + 6))
        case "string":
            if schema.get("enum"):
                return max(len(str(value)) for value in schema["enum"])
            return schema.get("maxLength", _TIMES.get(schema.get("format", ""), (_REQUEST - 2) // 4)) * 4
    return 0


def cardinality(above: float | None, schema: Schema) -> float | None:
    """How often a part of the value stands in an object; None where nothing bounds that."""
    if schema.get("type") == "array":
        return above * schema["maxItems"] if above is not None and "maxItems" in schema else None
    if isinstance(schema.get("additionalProperties"), dict):
        return above * schema["maxProperties"] if above is not None and "maxProperties" in schema else None
    return above


def rule_cost(root: Node, schema: Schema, times: float | None) -> float:
    """Of all evaluations of a rule on an object; `times` is the cardinality of its place."""
    here = Sized(schema, most(schema))
    cost, _ = _cost(root, {"self": here, "oldSelf": here})
    return cost * (times if times is not None else _REQUEST // (smallest(schema) + 1))


def _cost(node: Node, known: dict[str, Sized]) -> tuple[float, Sized]:
    match node:
        case Const(value):
            return 0, Sized(
                {"type": "string"} if isinstance(value, str) else None, len(value) if isinstance(value, str) else 0
            )
        case Ident(name):
            return 1, known.get(name, _UNKNOWN)
        case Select(_, operand, field, test):
            cost, sized = _cost(operand, known)
            return cost + (0 if test else 1), _below(sized, field)
        case MakeList(items, _):
            return 10 + sum(_cost(item, known)[0] for item in items), Sized(None, len(items))
        case MakeStruct(_, entries):
            return 30 + sum(_cost(entry.value, known)[0] for entry in entries), Sized(None, len(entries))
        case Fold():
            return _fold(node, known)
    return _call(node, known)


def _below(sized: Sized, field: str) -> Sized:
    schema = sized.schema or {}
    property_schema = (schema.get("properties") or {}).get(field)
    more = schema.get("additionalProperties")
    property_schema = more if property_schema is None and isinstance(more, dict) else property_schema
    return Sized(property_schema, most(property_schema)) if property_schema is not None else _UNKNOWN


def _inner(sized: Sized) -> Sized:
    schema = sized.schema or {}
    inner = schema.get("items") or schema.get("additionalProperties")
    return Sized(inner, most(inner)) if isinstance(inner, dict) else _UNKNOWN


def _fold(node: Fold, known: dict[str, Sized]) -> tuple[float, Sized]:
    over, sized = _cost(node.range, known)
    item = _inner(sized)
    is_map = isinstance((sized.schema or {}).get("additionalProperties"), dict)
    first = Sized({"type": "string"}, 0) if is_map or node.second else item
    inner = known | {node.first: first, node.accumulator: _UNKNOWN} | ({node.second: item} if node.second else {})
    each = _cost(node.condition, inner)[0] + _cost(node.step, inner)[0]
    cost = over + _cost(node.start, known)[0] + sized.size * each + _cost(node.result, inner)[0]
    return cost, Sized(None, sized.size)


def _call(node: Call, known: dict[str, Sized]) -> tuple[float, Sized]:
    parts = [*([node.target] if node.target is not None else ()), *node.args]
    costed = [_cost(part, known) for part in parts]
    values, cost = [sized for _, sized in costed], sum(cost for cost, _ in costed)
    sizes = [sized.size for sized in values]
    if node.function in ("_&&_", "_||_", "!_", "@not_strictly_false"):
        return cost, _UNKNOWN
    if node.function in ("_[_]", "_?._", "_[?_]"):
        return cost + 1, _inner(values[0]) if values else _UNKNOWN
    if node.function == "_?:_" or node.function == "_?_:_":
        return cost, max(values, key=lambda sized: sized.size)
    if node.function in ("_==_", "_!=_"):
        return cost + max(1, _PER_CHARACTER * min(sizes, default=0)), _UNKNOWN
    if node.function in ("@in", "_in_"):
        return cost + max(1, sizes[-1]), _UNKNOWN
    if node.function == "matches":
        return cost + (1 + sizes[0] * _PER_CHARACTER) * max(1, sizes[-1] * 0.25), _UNKNOWN
    if node.function == "contains":
        return cost + max(1, sizes[0] * _PER_CHARACTER) * max(1, sizes[-1] * _PER_CHARACTER), _UNKNOWN
    if node.function == "startsWith" or node.function == "endsWith":
        return cost + max(1, sizes[-1] * _PER_CHARACTER), _UNKNOWN
    return cost + 1, Sized(None, max(sizes, default=0))
