"""A Pod template as Go prints it for hashing: `spew` with `%#v`, no methods, sorted keys.

After k8s.io/apimachinery/pkg/util/dump (ForHash) and davecgh/go-spew v1.1.1 (format.go): a field shows its type
(`(*int64)30`), items of lists and maps do not, and what is not there is `<nil>`. An empty list or map is not there
either: the controllers read through protobuf, which does not tell them apart.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from loopkube.controllers.go_quantity import quantity
from loopkube.controllers.go_structs import EMBEDDED, structs

NIL = "<nil>"
MAPS = {"map[string]string": "string", "v1.ResourceList": "resource.Quantity"}
# What a template never holds: the API server refuses the containers, and only whole objects have managed fields.
NEVER = ("[]v1.EphemeralContainer", "[]v1.ManagedFieldsEntry")
NO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"


class Shape(NamedTuple):
    """How values of a Go type are printed, and how nothing of that type is."""

    nothing: str
    show: Callable[[Any], str]


def template_text(template: dict) -> str:
    return f"(v1.PodTemplateSpec){shape('v1.PodTemplateSpec').show(template)}"


@cache
def shape(kind: str) -> Shape:
    if kind in NEVER:
        return Shape(NIL, lambda value: NIL)
    if kind.startswith("*"):
        return Shape(NIL, shape(kind[1:]).show)
    if kind.startswith("[]"):
        return _list(shape(kind[2:]).show)
    if kind in MAPS:
        return _map(shape(MAPS[kind]).show)
    if kind in structs():
        return _struct(kind)
    # The types with a name of their own that are no structs are all strings.
    return LEAVES.get(kind, Shape("", str))


def _list(show: Callable[[Any], str]) -> Shape:
    return Shape(NIL, lambda items: f"[{' '.join(map(show, items))}]" if items else NIL)


def _map(show: Callable[[Any], str]) -> Shape:
    def text(items: dict) -> str:
        return f"map[{' '.join(f'{key}:{show(items[key])}' for key in sorted(items))}]" if items else NIL

    return Shape(NIL, text)


def _struct(kind: str) -> Shape:
    shapes = [(field.name, f"{field.go}:({field.kind})", shape(field.kind)) for field in structs()[kind]]
    fields = [(name, label, label + inner.nothing, inner.show) for name, label, inner in shapes]

    def text(value: dict) -> str:
        get = ({EMBEDDED: value} | value).get
        shown = [
            nothing if (found := get(name)) is None else label + show(found) for name, label, nothing, show in fields
        ]
        return f"{{{' '.join(shown)}}}"

    return Shape(text({}), text)


def _int_or_string(value: int | str) -> str:
    kind, number, text = (1, 0, value) if isinstance(value, str) else (0, value, "")
    return f"{{Type:(intstr.Type){kind} IntVal:(int32){number} StrVal:(string){text}}}"


_NUMBER = Shape("0", str)
LEAVES = {
    "bool": Shape("false", lambda value: "true" if value else "false"),
    "int32": _NUMBER,
    "int64": _NUMBER,
    "intstr.IntOrString": Shape(_int_or_string(0), _int_or_string),
    "resource.Quantity": Shape(quantity("0"), quantity),
    # Nobody writes a time into a template; clients send null.
    "v1.Time": Shape(NO_TIME, lambda value: NO_TIME),
}
