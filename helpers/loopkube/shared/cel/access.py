"""Variables, fields, entries and items."""

from loopkube.shared.cel.meter import Lazy, Meter, Raised, Variables
from loopkube.shared.cel.values import NONE, EvalError, Fields, Maybe, TypeValue, no_key, no_overload


def variable(variables: Variables, name: str, meter: Meter) -> object:
    """A variable's value, or a type of this name. Raises EvalError."""
    meter.spend(1)
    try:
        value = variables[name]
    except KeyError:
        return TypeValue(name)
    if type(value) is Lazy:
        value = value.get()
    if type(value) is Raised:
        raise value.error
    return value


def get(value: object, key: object) -> object:
    """A field of an object, an entry of a map."""
    if isinstance(value, dict):
        if key in value:
            return value[key]
        raise no_key(key)
    if isinstance(value, Fields):
        return value.field(str(key))
    if isinstance(value, Maybe):
        return maybe(value.value, key) if value.present else NONE
    raise no_overload()


def has(value: object, field: str) -> bool:
    """The macro `has(value.field)`: true also for a field that is null. Raises EvalError for what has no fields."""
    if isinstance(value, dict):
        return field in value
    if isinstance(value, Fields):
        return value.has(field)
    if isinstance(value, Maybe):
        return value.present and has(value.value, field)
    raise no_overload()


def maybe(value: object, key: object) -> Maybe:
    """`value.?key` and `value[?key]`."""
    if isinstance(value, Maybe):
        return maybe(value.value, key) if value.present else NONE
    if isinstance(value, list):
        return Maybe(True, value[key]) if isinstance(key, int) and 0 <= key < len(value) else NONE
    if isinstance(value, dict):
        return Maybe(True, value[key]) if key in value else NONE
    if isinstance(value, Fields) and isinstance(key, str):
        return Maybe(True, value.field(key)) if value.has(key) else NONE
    raise no_overload()


def at(value: object, key: object) -> object:
    """`value[key]`: an item of a list, or what `get` finds."""
    if not isinstance(value, list):
        return get(value, key)
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    if not isinstance(key, int) or isinstance(key, bool):
        raise no_overload()
    if not 0 <= key < len(value):
        raise EvalError(f"index out of bounds: {key}")
    return value[key]
