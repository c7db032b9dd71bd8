"""The last step of a write: one call of the store, or none in a dry run, and what its caller is told."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import orjson

from loopkube.api import metadata
from loopkube.api.store.store import Store, StoreError, TooLarge
from loopkube.api.store.table import Stored
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError, bad_request

Warnings = list[str]
T = TypeVar("T")


class Written(NamedTuple):
    """The object as it is now, and what its writer should be told."""

    stored: Stored
    warnings: Warnings
    created: bool = False


class Writing:
    """Writes to a store; in a dry run the object is as it would be stored."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, kind: Kind, obj: dict, dry_run: bool) -> Stored:
        """The object as stored; as it would be, with `dry_run`. Raises ApiError: 409 for a name that is taken."""
        if dry_run:
            return self._dry(metadata.tidy(obj), 0)
        obj["metadata"]["resourceVersion"] = ""  # its place; the store fills it in
        return _done(self._store.create, kind.resource, metadata.tidy(obj)).object

    def update(self, kind: Kind, obj: dict, dry_run: bool) -> Stored:
        """The object as stored; as it would be, with `dry_run`."""
        obj = metadata.tidy(obj)
        if dry_run:
            return self._dry(obj, self._store.version)
        return _done(self._store.update, kind.resource, obj).object

    def delete(self, kind: Kind, obj: dict, dry_run: bool) -> None:
        own = obj["metadata"]
        if not dry_run:
            _done(self._store.delete, kind.resource, own.get("namespace", ""), own["name"])

    def _dry(self, obj: dict, version: int) -> Stored:
        _done(self._store.check, obj)
        return Stored(obj, orjson.dumps(obj), version)


def _done(write: Callable[..., T], *what: object) -> T:
    """A write of the store; refuses what JSON parsers disagree about, such as integers of more than 64 bits."""
    try:
        return write(*what)
    except TypeError as error:
        raise bad_request(f"the object cannot be encoded: {error}") from None
    except TooLarge as error:
        raise ApiError(500, "", str(error)) from None
    except StoreError as error:
        raise ApiError(500, "InternalError", f"Internal error occurred: {error}") from error
