"""What a `Chain` is made of."""

from collections.abc import Callable, Sized
from typing import Protocol

from loopkube.api.chain.attributes import Attributes
from loopkube.api.outside import Outside


class Configured(Protocol):
    """What is configured for one stage, kept current."""

    @property
    def hooks(self) -> Sized: ...


class Admits(Protocol):
    """One admission plugin, e.g. MutatingAdmissionWebhook."""

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Changes `attributes.obj` in place (mutating stages only), adds warnings, or raises ApiError."""
        ...


class Stage:
    """An admission plugin that is loaded when something is first configured for it, which in most clusters is never."""

    def __init__(self, configured: Configured, load: Callable[[], Admits]) -> None:
        self._configured, self._load = configured, load
        self._loaded: Admits | None = None

    @property
    def active(self) -> bool:
        """Whether anything is configured; asked with every write, so it costs nothing."""
        return bool(self._configured.hooks)

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Loads what it needs when the first request comes to it, then asks. Raises ApiError where it is refused."""
        if self._loaded is None:
            self._loaded = self._load()
        self._loaded.admit(attributes, outside)
