"""What a `Chain` is made of."""

from typing import Protocol

from loopkube.api.chain.attributes import Attributes
from loopkube.api.outside import Outside


class Stage(Protocol):
    """One admission plugin, e.g. MutatingAdmissionWebhook."""

    @property
    def active(self) -> bool:
        """Whether anything is configured; asked with every write, so it costs nothing."""
        ...

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Changes `attributes.obj` in place (mutating stages only), adds warnings, or raises ApiError."""
        ...
