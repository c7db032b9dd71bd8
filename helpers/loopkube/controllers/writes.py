"""What a controller wrote and its informer may not show yet, so that it never acts twice on one cause."""

from collections.abc import Hashable

from loopkube.client.informer import Informer, key_of
from loopkube.shared.clock import Clock

PATIENCE = 300.0
"""Seconds after which a write that never showed up is given up (as client-go's ExpectationsTimeout)."""


class Writes:
    """Own writes to one resource, by the key of the object that they were made for."""

    def __init__(self, informer: Informer, clock: Clock) -> None:
        self._informer, self._clock = informer, clock
        self._versions: dict[Hashable, tuple[int, float]] = {}
        self._deleted: dict[Hashable, tuple[dict[str, dict], float]] = {}

    def wrote(self, key: Hashable, answer: dict) -> None:
        """`answer` is what create, update or patch returned."""
        version = int(answer["metadata"].get("resourceVersion") or 0)
        known, _ = self._versions.get(key, (0, 0.0))
        self._versions[key] = max(known, version), self._clock.monotonic()

    def deleted(self, key: Hashable, obj: dict) -> None:
        """`obj` as it was when its deletion was asked for."""
        gone, _ = self._deleted.get(key, ({}, 0.0))
        # by uid: another object may have the name already
        gone[obj["metadata"]["uid"]] = obj
        self._deleted[key] = gone, self._clock.monotonic()

    def visible(self, key: Hashable) -> bool:
        """Whether the informer shows all of them; when not, the change to come is a reason to be called again."""
        return self._written_visible(key) and self._deleted_visible(key)

    def forget(self, key: Hashable) -> None:
        """The object is gone: nothing that was written for it has to be seen any more."""
        self._versions.pop(key, None)
        self._deleted.pop(key, None)

    def _written_visible(self, key: Hashable) -> bool:
        version, at = self._versions.get(key, (0, 0.0))
        if version > self._informer.version and self._clock.monotonic() - at < PATIENCE:
            return False
        self._versions.pop(key, None)
        return True

    def _deleted_visible(self, key: Hashable) -> bool:
        gone, at = self._deleted.get(key, ({}, 0.0))
        if self._clock.monotonic() - at < PATIENCE and any(self._still_shown(obj) for obj in gone.values()):
            return False
        self._deleted.pop(key, None)
        return True

    def _still_shown(self, obj: dict) -> bool:
        shown = self._informer.items.get(key_of(obj))
        if shown is None or shown["metadata"]["uid"] != obj["metadata"]["uid"]:
            return False
        return not shown["metadata"].get("deletionTimestamp")
