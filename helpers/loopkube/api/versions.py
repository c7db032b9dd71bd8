"""In which version an object is seen and stored, where a webhook converts between the versions of a custom kind."""

from loopkube.api.outside import Outside
from loopkube.api.preparation import Lookup
from loopkube.api.store.table import Stored
from loopkube.api.webhooks.configurations import DEFINITIONS
from loopkube.api.webhooks.conversion import Converter, stored_version, webhook_of
from loopkube.kinds import Kind


class Versions:
    """All others are seen as they are stored."""

    def __init__(self, lookup: Lookup, converter: Converter, outside: Outside) -> None:
        self._lookup, self._converter, self._outside = lookup, converter, outside

    def seen(self, kind: Kind, stored: Stored) -> dict:
        """A stored object as a request of this version sees it."""
        if kind.custom is None or stored.obj["apiVersion"] == kind.api_version or not self._storage(kind):
            return stored.obj
        return self._outside.wait(self._converter.convert, kind.resource, [stored.obj], kind.api_version)[0]

    def converts(self, kind: Kind) -> bool:
        """Whether a webhook makes what requests of this version see."""
        return kind.custom is not None and bool(self._storage(kind))

    def all_seen(self, kind: Kind, items: list[Stored]) -> list[Stored]:
        """The same for a collection, by one question: selectors speak of what a request sees."""
        if not self.converts(kind) or all(item.obj["apiVersion"] == kind.api_version for item in items):
            return items
        return self._outside.wait(self._converter.stored, kind, items)

    def to_store(self, kind: Kind, obj: dict) -> dict:
        """The way back: where a webhook converts, all objects are stored in the one version that is for it."""
        version = self._storage(kind) if kind.custom is not None else ""
        if not version or obj["apiVersion"] == version:
            return obj
        return self._outside.wait(self._converter.convert, kind.resource, [obj], version)[0]

    def _storage(self, kind: Kind) -> str:
        """The version in which objects are stored, where a webhook converts them; nothing where none does."""
        definition = self._lookup.get(DEFINITIONS, "", kind.resource)
        return stored_version(definition) if definition and webhook_of(definition) else ""
