"""Objects by key, and by whatever else they are looked up by."""

from collections.abc import Callable, Iterable

Key = tuple[str, str]
"""(namespace, name); the namespace of a cluster-wide object is ``."""


def key_of(obj: dict) -> Key:
    """(namespace, name) of an object; the namespace of what belongs to the whole cluster is ""."""
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


class Index:
    """Objects by a value computed from each: {value: {key: object}}."""

    def __init__(self, values: Callable[[dict], Iterable[object]]) -> None:
        self._values = values
        self._by_value: dict[object, dict[Key, dict]] = {}

    def change(self, key: Key, obj: dict | None, old: dict | None) -> None:
        """Takes in one change, as an informer tells it: `obj` None when it was deleted, `old` None when it is new."""
        for value in self._values(old) if old is not None else ():
            group = self._by_value.get(value, {})
            group.pop(key, None)
            if not group:
                self._by_value.pop(value, None)
        if obj is None:
            return
        for value in self._values(obj):
            self._by_value.setdefault(value, {})[key] = obj

    def of(self, value: object) -> list[dict]:
        """The objects with this value."""
        return list(self._by_value.get(value, {}).values())
