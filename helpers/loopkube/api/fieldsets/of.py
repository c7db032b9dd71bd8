"""The set of fields that an applied configuration speaks about, and whether it fits the schema at all.

Texts follow sigs.k8s.io/structured-merge-diff (typed/validate.go).
"""

from loopkube.api.fieldsets import elements
from loopkube.api.fieldsets.sets import MEMBER, Set
from loopkube.api.fieldsets.shapes import How, Shape


def fields_of(value: object, shape: Shape) -> Set:
    """The fields of a configuration. Maps and lists that are not empty count by what is in them."""
    if isinstance(value, dict) and shape.how in (How.MAP, How.DEDUCED):
        fields = {}
        for name, inner in value.items():
            below = fields_of(inner, shape.child(name))
            if below or _is_leaf(inner, shape.child(name)):
                alone = not below or shape.declares(name)
                fields[elements.field(name)] = below if alone else {MEMBER: {}} | below
        return fields
    if isinstance(value, list) and shape.how in (How.KEYED, How.SET):
        return {name: _item(inner, shape.items) for name, inner in elements.indexed(shape, value).items()}
    return {}


def _item(value: object, shape: Shape) -> Set:
    below = fields_of(value, shape)
    return {MEMBER: {}} | below if below else {}


def _is_leaf(value: object, shape: Shape) -> bool:
    """Whether a value with nothing below it is a field of its own: empty keyed lists and sets are not."""
    return not (isinstance(value, list) and shape.how in (How.KEYED, How.SET))


def problems(value: object, shape: Shape, path: tuple[str, ...] = ()) -> list[str]:
    """What does not fit the schema, as `.spec.replicas: expected numeric ...`."""
    if value is None:
        return []
    if shape.type == "object" and not isinstance(value, dict):
        return [_at(path, f"expected map, got {_go(value)}")]
    if shape.type == "array" and not isinstance(value, list):
        return [_at(path, f"expected list, got {_go(value)}")]
    if isinstance(value, dict):
        return _map_problems(value, shape, path)
    if isinstance(value, list):
        return _list_problems(value, shape, path)
    return _scalar_problems(value, shape.type, path)


def _map_problems(value: dict, shape: Shape, path: tuple[str, ...]) -> list[str]:
    errors = []
    for name, inner in value.items():
        here = (*path, elements.field(name))
        if not shape.allows(name):
            errors.append(_at(here, "field not declared in schema"))
        else:
            errors += problems(inner, shape.child(name), here)
    return errors


def _list_problems(values: list, shape: Shape, path: tuple[str, ...]) -> list[str]:
    if shape.how not in (How.KEYED, How.SET):
        return [p for i, value in enumerate(values) for p in problems(value, shape.items, (*path, f"i:{i}"))]
    errors: list[str] = []
    seen: set[str] = set()
    for index, value in enumerate(values):
        try:
            element = elements.item(shape, value, index)
        except elements.BadList as problem:
            errors.append(_at(path, str(problem)))
            continue
        if element in seen:
            errors.append(_at(path, f"duplicate entries for key {elements.printed((element,))}"))
        seen.add(element)
        errors += problems(value, shape.items, (*path, element))
    return errors


def _scalar_problems(value: object, json_type: str, path: tuple[str, ...]) -> list[str]:
    if json_type == "string" and not isinstance(value, str):
        return [_at(path, f"expected string, got &value.valueUnstructured{{Value:{_go(value)}}}")]
    if json_type == "boolean" and not isinstance(value, bool):
        return [_at(path, f"expected boolean, got &{{{_go(value)}}}")]
    if json_type in ("integer", "number") and (isinstance(value, bool) or not isinstance(value, int | float)):
        return [_at(path, f"expected numeric (int or float), got {_go_type(value)}")]
    return []


def _at(path: tuple[str, ...], problem: str) -> str:
    return f"{elements.printed(path)}: {problem}"


def _go_type(value: object) -> str:
    return "bool" if isinstance(value, bool) else "string"


def _go(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
