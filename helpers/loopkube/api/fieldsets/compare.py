"""What differs between two objects: the fields that are new or changed, and those that are gone."""

from typing import Any

from loopkube.api.fieldsets import elements
from loopkube.api.fieldsets.sets import MEMBER, Set
from loopkube.api.fieldsets.shapes import How, Shape

# Fields that nobody owns: structured data of the server itself (managedfields/internal/stripmeta.go).
UNOWNED = frozenset(("apiVersion", "kind"))
UNOWNED_METADATA = frozenset(
    [
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    ]
)


def compare(old: dict, new: dict, shape: Shape) -> tuple[Set, Set]:
    """(fields added or changed, fields removed) between two objects of a kind."""
    touched, removed = _maps(_owned(old), _owned(new), shape)
    return touched, removed


def _owned(obj: dict) -> dict:
    metadata = {name: value for name, value in (obj.get("metadata") or {}).items() if name not in UNOWNED_METADATA}
    rest = {name: value for name, value in obj.items() if name not in UNOWNED}
    return rest | {"metadata": metadata}


def _maps(old: dict, new: dict, shape: Shape) -> tuple[Set, Set]:
    touched: Set = {}
    removed: Set = {}
    for name, value in new.items():
        if name in old or name in shape.always:
            before = old.get(name, shape.always.get(name))
            if before != value:
                _put(elements.field(name), _values(before, value, shape.child(name)), touched, removed)
        else:
            touched[elements.field(name)] = whole(value, shape.child(name))
    for name, value in old.items():
        if name not in new:
            removed[elements.field(name)] = whole(value, shape.child(name))
    return touched, removed


def _put(element: str, compared: tuple[Set | None, Set | None], touched: Set, removed: Set) -> None:
    if compared[0] is not None:
        touched[element] = compared[0]
    if compared[1] is not None:
        removed[element] = compared[1]


def _values(old: Any, new: Any, shape: Shape) -> tuple[Set | None, Set | None]:
    """Two different values of one field; empty and null ones are owned as a whole."""
    if _is_map(shape, old, new) and (old or new):
        return _non_empty(*_maps(old or {}, new or {}, shape))
    if shape.how in (How.KEYED, How.SET) and (old or new):
        return _non_empty(*_lists(old or [], new or [], shape))
    return {}, None


def _non_empty(touched: Set, removed: Set) -> tuple[Set | None, Set | None]:
    return touched or None, removed or None


def _is_map(shape: Shape, *values: Any) -> bool:
    if shape.how is How.MAP:
        return True
    return shape.how is How.DEDUCED and all(isinstance(value, dict) for value in values)


def _lists(old: list, new: list, shape: Shape) -> tuple[Set, Set]:
    touched: Set = {}
    removed: Set = {}
    before, after = elements.indexed(shape, old), elements.indexed(shape, new)
    for element, value in after.items():
        if element not in before:
            touched[element] = whole(value, shape.items)
        elif before[element] != value:
            _put(element, _values(before[element], value, shape.items), touched, removed)
    for element, value in before.items():
        if element not in after:
            removed[element] = whole(value, shape.items)
    return touched, removed


def whole(value: Any, shape: Shape) -> Set:
    """A value that is new or gone: it and everything below it."""
    if not value:
        return {}
    if _is_map(shape, value):
        below = {elements.field(name): whole(inner, shape.child(name)) for name, inner in value.items()}
    elif shape.how in (How.KEYED, How.SET):
        below = {name: whole(inner, shape.items) for name, inner in elements.indexed(shape, value).items()}
    else:
        return {}
    return {MEMBER: {}} | below
