"""What a plugin gets to see: the object, what it was, and the rest of the cluster."""

from typing import NamedTuple

from loopkube.kinds import Kind
from loopkube.kinds.spec import Lookup
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError, forbidden

TOLERATION_SECONDS = (300, 300)
"""kube-apiserver's --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds."""


class Review(NamedTuple):
    """One request under admission; `old` is None when it creates, `subresource` is `` for the object itself."""

    kind: Kind
    obj: dict
    old: dict | None
    subresource: str
    lookup: Lookup
    clock: Clock
    toleration_seconds: tuple[int, int] = TOLERATION_SECONDS

    def forbidden(self, why: str) -> ApiError:
        return forbidden(self.kind, self.obj["metadata"].get("name", ""), why)

    @property
    def creates_pod(self) -> bool:
        """Most plugins look at new Pods only: what they write cannot be changed later."""
        return self.kind.resource == "pods" and self.old is None and not self.subresource
