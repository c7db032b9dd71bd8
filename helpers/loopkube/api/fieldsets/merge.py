"""Server-side apply's merge: an applied configuration into the live object, and what it no longer holds out of it."""

from typing import Any

from loopkube.api.fieldsets import elements
from loopkube.api.fieldsets.of import fields_of
from loopkube.api.fieldsets.sets import MEMBER, Set, difference, intersection, is_member
from loopkube.api.fieldsets.shapes import How, Shape


def merge(live: Any, applied: Any, shape: Shape) -> Any:
    """`live` with `applied` merged into it; neither is changed, the result may share parts with both."""
    if isinstance(applied, dict) and isinstance(live, dict) and shape.how in (How.MAP, How.DEDUCED):
        return live | {
            name: merge(live[name], value, shape.child(name)) if name in live else value
            for name, value in applied.items()
        }
    if isinstance(applied, list) and isinstance(live, list) and shape.how in (How.KEYED, How.SET):
        return _merge_lists(elements.indexed(shape, live), elements.indexed(shape, applied), shape)
    if applied is None and live and shape.how in (How.MAP, How.KEYED, How.SET):
        return live
    return applied


def _merge_lists(live: dict[str, object], applied: dict[str, object], shape: Shape) -> list:
    """Items of the configuration in its order; other items stay before the one that they stood before."""
    result, waiting = [], list(applied)
    for element, value in live.items():
        if element not in applied:
            result.append(value)
            continue
        if element not in waiting:
            continue
        for ours in waiting[: waiting.index(element) + 1]:
            result.append(merge(live[ours], applied[ours], shape.items) if ours in live else applied[ours])
        waiting = waiting[waiting.index(element) + 1 :]
    return result + [merge(live[e], applied[e], shape.items) if e in live else applied[e] for e in waiting]


def prune(merged: dict, last: Set, owned: Set, shape: Shape) -> dict:
    """`merged` without the fields of `last`, what the manager applied before, that nobody owns (any more)."""
    gone = difference(with_named(last, shape), with_named(owned, shape))
    gone = intersection(with_named(fields_of(merged, shape), shape), gone)
    return remove(merged, gone, shape) if gone else merged


def with_named(fields: Set, shape: Shape) -> Set:
    """The set with every declared field that leads to a field of it: to own `a.b` is to want `a`."""
    result = {}
    for element, below in fields.items():
        if not below or element == MEMBER:
            result[element] = below
            continue
        inner = with_named(below, below_of(shape, element))
        named = element.startswith("f:") and shape.declares(element[2:])
        result[element] = {MEMBER: {}} | inner if named else inner
    return result


def below_of(shape: Shape, element: str) -> Shape:
    """The shape below an element: that of a field for `f:NAME`, that of the items for `k:{...}` and `v:VALUE`."""
    return shape.child(element[2:]) if element.startswith("f:") else shape.items


def remove(value: Any, gone: Set, shape: Shape) -> Any:
    """`value` without the fields of `gone` and all that is below them; None where nothing is left."""
    if isinstance(value, dict) and shape.how in (How.MAP, How.DEDUCED):
        kept = {}
        for name, inner in value.items():
            there = gone.get(elements.field(name))
            if there is None:
                kept[name] = inner
            elif not is_member(there):
                kept[name] = remove(inner, there, shape.child(name))
        return kept or None
    if isinstance(value, list) and shape.how in (How.KEYED, How.SET):
        items = []
        for index, inner in enumerate(value):
            there = gone.get(elements.item(shape, inner, index))
            if there is None:
                items.append(inner)
            elif not is_member(there):
                items.append(remove(inner, there, shape.items))
        return items or None
    return value
