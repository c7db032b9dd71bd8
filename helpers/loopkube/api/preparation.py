"""The steps between a request's body and the store that differ by kind: decoding, patching, admission, field managers.

Built-in kinds go by the upstream schema, custom kinds by the schema of their definition.
"""

from loopkube.api import custom, managed_fields, metadata, patch
from loopkube.api.admission import Admission
from loopkube.api.chain.attributes import Attributes
from loopkube.api.chain.chain import Chain
from loopkube.api.decode import check, decode
from loopkube.api.options import WriteOptions
from loopkube.api.outside import Outside
from loopkube.api.store.store import Store
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock


class Lookup:
    """What admission may know of other objects."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, resource: str, namespace: str, name: str) -> dict | None:
        """As stored, not a copy; None when it is not there."""
        stored = self._store.get(resource, namespace, name)
        return stored.obj if stored else None

    def list(self, resource: str, namespace: str = "") -> list[dict]:
        """As stored, not copies; of all namespaces when none is given."""
        return [stored.obj for stored in self._store.list(resource, namespace)]


class Preparation:
    """One per API server; every method picks the way of the kind."""

    def __init__(
        self,
        store: Store,
        kinds: Kinds,
        clock: Clock,
        toleration_seconds: tuple[int, int],
        chain: Chain,
        outside: Outside,
    ) -> None:
        self._clock, self.chain, self.outside, self.lookup = clock, chain, outside, Lookup(store)
        self._admission = Admission(kinds, self.lookup, clock, toleration_seconds)

    def decode(self, kind: Kind, body: bytes, content_type: str, field_validation: str) -> tuple[dict, list[str]]:
        """An object of the kind, and warnings."""
        if kind.custom is not None:
            return custom.decode_custom(kind, body, content_type, field_validation)
        return decode(kind, body, content_type, field_validation)

    def check_patch_type(self, kind: Kind, content_type: str) -> None:
        """Raises a 415 ApiError; before the body is read, as upstream answers it."""
        if content_type not in patch.accepted(kind):
            raise patch.unsupported(kind, content_type)

    def patched(
        self, kind: Kind, current: dict | None, body: bytes, content_type: str, options: WriteOptions, subresource: str
    ) -> tuple[dict, list[str]]:
        """A new object that the patch makes of `current`, and warnings."""
        told = options.field_validation
        problems: list[str] | None = None if told == "Ignore" else []
        obj = patch.apply_patch(
            kind,
            current,
            body,
            content_type,
            manager=options.manager,
            force=options.force,
            subresource=subresource,
            problems=problems,
        )
        if problems and told == "Strict" and patch.media_type(content_type) == patch.APPLY_PATCH:
            raise patch.strictly_refused(problems)
        verify = check if kind.custom is None else custom.check_custom
        return obj, verify(kind, obj, told, problems or ())

    def admit(
        self,
        kind: Kind,
        obj: dict,
        old: dict | None,
        subresource: str,
        warnings: list[str],
        attributes: Attributes | None = None,
    ) -> None:
        """Completes and validates `obj`, adds to the warnings. `attributes`: what the chain is asked, if at all."""
        review = self._admission.review(kind, obj, old, subresource)
        self._admission.complete(review)
        if attributes:
            hidden = metadata.hide(obj, attributes.unmade)
            self.chain.mutate(attributes, self.outside, lambda: self._admission.complete(review))
            metadata.restore(obj, old, hidden)
        warnings += self._admission.judge(kind, obj, old, subresource)
        if attributes:
            self.chain.validate(attributes, self.outside)
        self._admission.measure(review)

    def record(self, kind: Kind, old: dict | None, obj: dict, manager: str, operation: str, subresource: str) -> None:
        """Notes in `obj` who manages which of its fields."""
        managed_fields.record(
            kind, old, obj, manager=manager, operation=operation, subresource=subresource, clock=self._clock
        )
