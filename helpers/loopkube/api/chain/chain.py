"""`Chain`: policies and webhooks in the order in which kube-apiserver runs them (AllOrderedPlugins)."""

from collections.abc import Callable

from loopkube.api.chain.attributes import Attributes
from loopkube.api.chain.matching import is_exempt
from loopkube.api.chain.stage import Stage
from loopkube.api.outside import Outside
from loopkube.shared.cel.values import Ask


class Chain:
    """One per API; `active` is false where nothing is configured, and then the rest need not be asked."""

    def __init__(self, mutating: tuple[Stage, ...], validating: tuple[Stage, ...], ask: Ask | None = None) -> None:
        self._mutating, self._validating, self._ask = mutating, validating, ask
        self._all = mutating + validating

    @property
    def active(self) -> bool:
        """Whether any stage has somebody to ask; what is written is prepared for them only then."""
        for stage in self._all:  # noqa: SIM110 - each write asks, and a generator takes longer than the stages do
            if stage.active:
                return True
        return False

    def mutate(self, attributes: Attributes, outside: Outside, plugins: Callable[[], None]) -> None:
        """Completes `attributes.obj`; `plugins` runs the built-in ones again where something was changed after them."""
        if is_exempt(attributes):
            return
        attributes.ask = self._ask
        self._mutate(attributes, outside)
        if attributes.reinvocation.needed:
            attributes.reinvocation.round = 1
            plugins()
            self._mutate(attributes, outside)
        outside.settle()

    def _mutate(self, attributes: Attributes, outside: Outside) -> None:
        for stage in self._mutating:
            if stage.active:
                stage.admit(attributes, outside)

    def validate(self, attributes: Attributes, outside: Outside) -> None:
        """Asks the stages that only judge, after all that change the object. Raises ApiError for the first refusal."""
        if is_exempt(attributes):
            return
        attributes.ask = self._ask
        for stage in self._validating:
            if stage.active:
                stage.admit(attributes, outside)
