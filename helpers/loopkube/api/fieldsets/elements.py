"""Path elements: `f:NAME` a field, `k:{...}` an item of a keyed list, `v:VALUE` an item of a set."""

import orjson

from loopkube.api.fieldsets.shapes import Shape


class BadList(ValueError):
    """A list whose items cannot be told apart; the message is Kubernetes' own."""


def field(name: str) -> str:
    """A field's name as FieldsV1 writes it: `f:replicas`."""
    return "f:" + name


def item(shape: Shape, value: object, index: int) -> str:
    """The element of one item of a keyed list or of a set."""
    if not shape.keys:
        return "v:" + orjson.dumps(value).decode()
    if value is None:
        raise BadList(f"element {index}: associative list with keys may not have a null element")
    if not isinstance(value, dict):
        raise BadList(f"element {index}: associative list with keys may not have non-map elements")
    key = {}
    for name in shape.keys:
        key_value = value.get(name, shape.key_defaults.get(name))
        if key_value is None:
            text = "associative list with keys has an element that omits key field"
            raise BadList(f'element {index}: {text} "{name}" (and doesn\'t have default value)')
        key[name] = key_value
    return "k:" + orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode()


def indexed(shape: Shape, values: list) -> dict[str, object]:
    """{element: item}; of items with the same element the first counts."""
    by_element: dict[str, object] = {}
    for index, value in enumerate(values):
        by_element.setdefault(item(shape, value, index), value)
    return by_element


def printed(path: tuple[str, ...]) -> str:
    """A path as messages show it: `.spec.containers[name="app"].image`."""
    return "".join(_printed(element) for element in path)


def _printed(element: str) -> str:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return "." + rest
    if kind == "k":
        pairs = orjson.loads(rest).items()
        return "[" + ",".join(f"{name}={orjson.dumps(value).decode()}" for name, value in pairs) + "]"
    return f"[={rest}]" if kind == "v" else f"[{rest}]"
