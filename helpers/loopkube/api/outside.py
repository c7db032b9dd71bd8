"""How a verb, which is a plain function, waits for somebody outside: an admission or a conversion webhook.

On the event loop nobody waits: `OnLoop` ends the verb with `MustWait`, and `loopkube.api.aside` begins it again in a
thread, which has an `Outside` that can.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class MustWait(Exception):
    """The verb cannot go on without waiting, which is not done on the event loop."""


class Outside(Protocol):
    def wait(self, function: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the coroutine function returns or raises."""
        ...

    def settle(self) -> None:
        """What was read before the wait need not be so any more, but for the object that is to be written."""
        ...


class OnLoop:
    """The `Outside` of a verb that runs on the event loop."""

    def wait(self, function: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        raise MustWait

    def settle(self) -> None:
        """Nothing has been waited for."""
