"""Fields that a kind can be selected by, as in `kubectl get pods --field-selector status.phase=Running`.

Source: the `AddFieldLabelConversionFunc` of each API group and `GetAttrs` of each registry in Kubernetes.
"""

from collections.abc import Callable

Getter = Callable[[dict], str]
"""The value that a selector compares with, of one object."""


def fields(*paths: str, absent: str = "") -> dict[str, Getter]:
    """{`spec.nodeName`: its value as text}; `absent` is the value of objects that lack the field."""
    return {path: _getter(path, absent) for path in paths}


def _getter(label: str, absent: str) -> Getter:
    path = label.split(".")

    def get(obj: dict) -> str:
        value = _walk(obj, path)
        if value is None:
            return absent
        return str(value).lower() if isinstance(value, bool) else str(value)

    return get


def _walk(obj: dict, path: list[str]) -> object:
    value: object = obj
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
