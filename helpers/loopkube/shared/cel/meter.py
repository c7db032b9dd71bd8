"""What an evaluation is given: a meter that bounds its cost, and variables that may be lazy."""

from collections.abc import Callable
from typing import Any

from loopkube.shared.cel.values import CostExceeded, EvalError

_LOOK_EVERY = 512

Variables = dict[str, Any]
Step = Callable[[Variables, "Meter"], Any]


class Meter:
    """What evaluation may cost, in cel-go's units: about one for each field and each call.

    `look` is called now and then, and may raise to end an evaluation that takes too long.
    """

    __slots__ = ("_look", "_next", "limit", "used")

    def __init__(self, limit: int, look: Callable[[], None] = lambda: None) -> None:
        self.used, self.limit, self._look, self._next = 0, limit, look, _LOOK_EVERY

    def spend(self, cost: int) -> None:
        """Raises CostExceeded once all that was spent is over the limit, and what `look` raises."""
        self.used += cost
        if self.used > self.limit:
            raise CostExceeded
        if self.used > self._next:
            self._next = self.used + _LOOK_EVERY
            self._look()


class Lazy:
    """A variable that is computed when it is first asked for; an error is remembered too."""

    __slots__ = ("_compute", "_value")

    def __init__(self, compute: Callable[[], object]) -> None:
        self._compute: Callable[[], object] | None = compute
        self._value: object = None

    def get(self) -> object:
        """The value, computed once; a Raised where that failed."""
        if self._compute is not None:
            compute, self._compute = self._compute, None
            try:
                self._value = compute()
            except EvalError as error:
                self._value = Raised(error)
        return self._value


class Raised:
    """Stands for a value that there is none of: who asks for it gets the error."""

    __slots__ = ("error",)

    def __init__(self, error: EvalError) -> None:
        self.error = error
