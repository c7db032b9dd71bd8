"""The verbs update and patch, from what the object is to become to the store: names, admission, managed fields."""

from collections.abc import Callable

import orjson

from loopkube.api import deletion, metadata
from loopkube.api.admitting import Admitting
from loopkube.api.options import WriteOptions
from loopkube.api.preparation import Preparation
from loopkube.api.store.store import Store
from loopkube.api.store.table import Stored
from loopkube.api.versions import Versions
from loopkube.api.writing import Warnings, Writing, Written
from loopkube.kinds import Kind


class Updating:
    """`ask` calls what may only be called where the store is."""

    def __init__(
        self,
        store: Store,
        prepare: Preparation,
        admitting: Admitting,
        versions: Versions,
        writing: Writing,
        ask: Callable[..., None],
    ) -> None:
        self._store, self._prepare, self._admitting = store, prepare, admitting
        self._versions, self._writing, self._ask = versions, writing, ask

    def replace(
        self,
        kind: Kind,
        stored: Stored,
        obj: dict,
        options: WriteOptions,
        warnings: Warnings,
        operation: str,
        subresource: str,
    ) -> Written:
        """Nothing is written where nothing changes; what waited only for its finalizers goes."""
        old = self._versions.seen(kind, stored)
        metadata.place_in_namespace(kind, obj, old["metadata"].get("namespace", ""))
        metadata.before_update(kind, obj, old)
        self._admitting.write(kind, obj, old, subresource, warnings, options)
        self._ask(options.approve, kind, obj, old)
        self._prepare.record(kind, old, obj, options.manager, operation, subresource)
        if obj == old:
            return Written(stored, warnings)
        if deletion.is_over(kind, obj) and not options.dry_run:
            self._writing.delete(kind, old, dry_run=False)
            obj = metadata.tidy(obj)
            return Written(Stored(obj, orjson.dumps(obj), self._store.version), warnings)
        return Written(self._writing.update(kind, self._versions.to_store(kind, obj), options.dry_run), warnings)

    def put(self, kind: Kind, stored: Stored, obj: dict, options: WriteOptions, subresource: str) -> Stored:
        """Stores what the server itself has made of an object, past admission."""
        self._prepare.record(kind, stored.obj, obj, options.manager, "Update", subresource)
        return self._writing.update(kind, obj, options.dry_run)
