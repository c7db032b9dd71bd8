"""Which old value belongs to a value that an update changes, and whether anything has changed there."""

from typing import NamedTuple

from loopkube.kinds.shared.structural.schema import Schema

GONE = object()
"""There is no old value that belongs to this one."""


class Correlation(NamedTuple):
    """A value beside its old one; `nearest` is the pair above it where it has none itself."""

    value: object
    old: object
    nearest: "Correlation | None" = None

    @property
    def unchanged(self) -> bool:
        """Whether complaints about it may be passed over: the value, or what holds it, is as it was."""
        if self.old is not GONE:
            return self.old == self.value
        return self.nearest is not None and self.nearest.unchanged

    def below(self, value: object, old: object) -> "Correlation":
        """The same for a part of the value."""
        return Correlation(value, old, self if self.old is not GONE else self.nearest)

    def forget(self) -> "Correlation":
        """Nothing here belongs to an old value (allOf)."""
        return Correlation(self.value, GONE, self.nearest)


def field(old: object, name: str, schema: Schema) -> object:
    """The old value of a field; fields of atomic maps correlate, too."""
    return old.get(name, GONE) if isinstance(old, dict) else GONE


def item(old: object, value: object, schema: Schema) -> object:
    """The old value of an item: only items of lists of type map are found again."""
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    if schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list) or not isinstance(value, dict):
        return GONE
    identity = [value.get(key) for key in keys]
    return next((one for one in old if isinstance(one, dict) and [one.get(key) for key in keys] == identity), GONE)
