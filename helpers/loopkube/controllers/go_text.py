"""A Pod template as Go prints it for hashing: `spew` with `%#v`, no methods, sorted keys (k8s.io/apimachinery dump).

Pointers show as `(*int64)30`, nothing as `<nil>`; items of lists and maps go without their type.
"""

import json

from loopkube.controllers.go_structs import STRUCTS

_NO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
_NUMBERS = ("int32", "int64")
_MAPS = {"map[string]string": "string", "v1.ResourceList": "resource.Quantity"}
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_SCALES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def template_text(template: dict) -> str:
    return _typed("v1.PodTemplateSpec", template)


def _typed(kind: str, value: object) -> str:
    """A struct's field: the type in parentheses, then the value."""
    return f"({kind}){_value(kind, value)}"


def _value(kind: str, value: object) -> str:
    if kind.startswith("*"):
        return "<nil>" if value is None else _value(kind[1:], value)
    if kind.startswith("[]"):
        return f"[{' '.join(_value(kind[2:], item) for item in value)}]" if value else "<nil>"  # type: ignore[attr-defined]
    if kind in _MAPS:
        return _map(_MAPS[kind], value)  # type: ignore[arg-type]
    if kind in STRUCTS:
        return _struct(kind, value or {})  # type: ignore[arg-type]
    return _scalar(kind, value)


def _map(kind: str, value: dict | None) -> str:
    return f"map[{' '.join(f'{key}:{_value(kind, value[key])}' for key in sorted(value))}]" if value else "<nil>"


def _struct(kind: str, value: dict) -> str:
    found = {key.lower(): item for key, item in value.items()}
    shown = [(go, go_kind, found.get(name) if name else value) for go, name, go_kind in STRUCTS[kind]]
    return "{" + " ".join(f"{go}:{_typed(go_kind, item)}" for go, go_kind, item in shown) + "}"


def _scalar(kind: str, value: object) -> str:
    if kind == "v1.Time":
        return _NO_TIME
    if kind == "intstr.IntOrString":
        is_text = isinstance(value, str)
        number, text = (0, value) if is_text else (value or 0, "")
        return f"{{Type:(intstr.Type){int(is_text)} IntVal:(int32){number} StrVal:(string){text}}}"
    if kind == "resource.Quantity":
        return _quantity(str(value or "0"))
    if kind == "bool":
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return str(value or 0) if kind in _NUMBERS else str(value or "")


def _quantity(text: str) -> str:
    """`resource.Quantity` as it is parsed from its canonical form: `500m` is 500 and the scale -3."""
    digits = text.rstrip("numkKMGTPEi") if "e" not in text else text.partition("e")[0]
    suffix = text.removeprefix(digits)
    binary = suffix in _BINARY
    value = int(digits) << 10 * (_BINARY.index(suffix) + 1) if binary else int(digits)
    scale = 0 if binary else int(suffix[1:]) if suffix.startswith("e") else _SCALES[suffix]
    form = "BinarySI" if binary else "DecimalExponent" if suffix.startswith("e") else "DecimalSI"
    number = f"(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}}"
    decimal = "(resource.infDecAmount){Dec:(*inf.Dec)<nil>}"
    return f"{{i:{number} d:{decimal} s:(string){text} Format:(resource.Format){form}}}"
