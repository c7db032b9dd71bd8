"""The verb create, from a decoded object to the store: names, namespace, admission, managed fields."""

from collections.abc import Callable

from loopkube.api import metadata
from loopkube.api.admitting import Admitting
from loopkube.api.options import WriteOptions
from loopkube.api.preparation import Preparation
from loopkube.api.store.store import Store
from loopkube.api.versions import Versions
from loopkube.api.writing import Warnings, Writing, Written
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.clock import Clock
from loopkube.shared.status import already_exists


class Creating:
    """`ask` calls what may only be called where the store is."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        prepare: Preparation,
        admitting: Admitting,
        versions: Versions,
        writing: Writing,
        ask: Callable[..., None],
    ) -> None:
        self._store, self._clock, self._prepare, self._admitting = store, clock, prepare, admitting
        self._versions, self._writing, self._ask = versions, writing, ask

    def create(
        self, kind: Kind, namespace: str, obj: dict, options: WriteOptions, warnings: Warnings, operation: str
    ) -> Written:
        """`operation` is that of managed fields: Update or Apply."""
        metadata.place_in_namespace(kind, obj, namespace)
        named_by_us = not obj["metadata"].get("name")
        metadata.before_create(kind, obj, self._clock)
        written_by = spec_of(kind).strategy.written_by
        if written_by:
            written_by(obj, options.user.info())
        self._admitting.write(kind, obj, None, "", warnings, options, named_by_us)
        self._ask(options.approve, kind, obj, None)
        name = obj["metadata"]["name"]
        if self._store.get(kind.resource, namespace, name):
            raise already_exists(kind, name)
        self._prepare.record(kind, None, obj, options.manager, operation, "")
        obj = self._versions.to_store(kind, obj)
        return Written(self._writing.create(kind, obj, options.dry_run), warnings, created=True)
