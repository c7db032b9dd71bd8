"""The judge of every write: defaults, plugins, strategy, validation, allocation, in kube-apiserver's order.

`Admission.complete` and `Admission.judge` change an object in place and return warnings, or raise ApiError. What users
configure (policies and webhooks, `loopkube.api.chain`) comes between the two and after them. Custom kinds pass the
plugins too, and then `loopkube.api.custom`.
"""

from loopkube.api import plugins, strategies, validation
from loopkube.api.custom import admit_custom
from loopkube.api.plugins.review import TOLERATION_SECONDS, Review
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds, spec_of
from loopkube.kinds.spec import Lookup
from loopkube.shared.clock import Clock


class Admission:
    """One per API server. `lookup` reads other objects (namespaces, service accounts, classes, Services)."""

    def __init__(
        self, kinds: Kinds, lookup: Lookup, clock: Clock, toleration_seconds: tuple[int, int] = TOLERATION_SECONDS
    ) -> None:
        self._kinds, self._lookup, self._clock = kinds, lookup, clock
        self._toleration_seconds = toleration_seconds

    def admit(self, kind: Kind, obj: dict, old: dict | None = None, subresource: str = "") -> list[str]:
        """Completes `obj`; `old` is what it replaces, None on create. Returns warnings for the caller."""
        review = self.review(kind, obj, old, subresource)
        self.complete(review)
        warnings = self.judge(kind, obj, old, subresource)
        self.measure(review)
        return warnings

    def review(self, kind: Kind, obj: dict, old: dict | None, subresource: str) -> Review:
        """One request, as the plugins see it."""
        return Review(kind, obj, old, subresource, self._lookup, self._clock, self._toleration_seconds)

    def complete(self, review: Review) -> None:
        """What is left to Kubernetes: defaults, and what the plugins fill in; they refuse, too."""
        defaults = spec_of(review.kind).defaults
        if defaults:
            defaults(review.obj)
        for plugin in plugins.order(review.kind.resource):
            plugin(review)

    def judge(self, kind: Kind, obj: dict, old: dict | None, subresource: str) -> list[str]:
        """Whether it may be stored, and with which addresses and ports; returns warnings."""
        spec = spec_of(kind)
        if kind.custom is not None:
            return admit_custom(kind, obj, old, subresource)
        strategies.prepare(kind, obj, old, subresource, self._clock)
        warnings = validation.judge(kind, obj, old, subresource)
        if spec.strategy.allocate and not subresource:
            spec.strategy.allocate(self._lookup, kind, obj, old)
        return warnings

    def measure(self, review: Review) -> None:
        """Whether there is room for it: limit ranges and quotas."""
        for plugin in plugins.last(review.kind.resource):
            plugin(review)
