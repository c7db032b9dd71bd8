"""The verb delete: preconditions, admission, grace and finalizers, then the store (`deletion` computes what becomes of
an object)."""

from typing import NamedTuple

from loopkube.api import deletion
from loopkube.api.admitting import Admitting
from loopkube.api.delete_options import DeleteOptions
from loopkube.api.store.table import Stored
from loopkube.api.versions import Versions
from loopkube.api.writing import Warnings, Writing
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.clock import Clock
from loopkube.shared.status import named


class Deleted(NamedTuple):
    """`stored` is the object where it still exists or its kind answers with it; else `status` says it is gone."""

    stored: Stored | None
    status: dict | None
    gone: bool
    warnings: Warnings = []


class Deleting:
    def __init__(self, clock: Clock, admitting: Admitting, versions: Versions, writing: Writing) -> None:
        self._clock, self._admitting, self._versions, self._writing = clock, admitting, versions, writing

    def delete(self, kind: Kind, stored: Stored, options: DeleteOptions) -> Deleted:
        """Deletes, or marks for deletion what has finalizers or a grace period."""
        deletion.check(kind, stored.obj, options)
        if not self._admitting.asks_about_deletions(options):
            return self._delete(kind, stored, options)
        warnings = self._admitting.deletion(kind, self._versions.seen(kind, stored), options)
        return self._delete(kind, stored, options)._replace(warnings=warnings)

    def _delete(self, kind: Kind, stored: Stored, options: DeleteOptions) -> Deleted:
        last = deletion.marked(kind, stored.obj, options, self._clock)
        if last is None:
            return self._remove(kind, stored, options)
        if last is not stored.obj:
            stored = self._writing.update(kind, last, options.dry_run)
        if deletion.is_over(kind, last):
            return self._remove(kind, stored, options)
        return Deleted(stored, None, gone=False)

    def _remove(self, kind: Kind, stored: Stored, options: DeleteOptions) -> Deleted:
        own = stored.obj["metadata"]
        self._writing.delete(kind, stored.obj, options.dry_run)
        if spec_of(kind).deletion.answers_with_object:
            return Deleted(stored, None, gone=True)
        details = named(kind, own["name"]) | {"uid": own["uid"]}
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
        return Deleted(None, status, gone=True)
