"""Calls: functions, and the forms whose parts are not all evaluated."""

from collections.abc import Callable
from typing import Any

from loopkube.shared.cel.access import at, maybe
from loopkube.shared.cel.functions import FUNCTIONS, cost_of
from loopkube.shared.cel.meter import Meter, Step, Variables
from loopkube.shared.cel.values import EvalError, Maybe, no_overload


def plain_call(name: str, args: list[Step]) -> Step:
    """A call whose arguments are all computed first; its cost is spent before it runs."""
    function = FUNCTIONS.get(name)

    def call(variables: Variables, meter: Meter) -> object:
        values = [arg(variables, meter) for arg in args]
        meter.spend(cost_of(name, values))
        if function is None:
            raise no_overload()
        try:
            return function(*values)
        except (TypeError, AttributeError):
            raise no_overload() from None

    return call


def _logic(decides: bool) -> Callable[[Step, Step], Step]:
    """`&&` and `||`: one side that decides is enough, whatever is wrong with the other."""

    def make(left: Step, right: Step) -> Step:
        def logic(variables: Variables, meter: Meter) -> bool:
            problem: EvalError | None = None
            for side in (left, right):
                try:
                    value = side(variables, meter)
                except EvalError as error:
                    problem = problem or error
                    continue
                if value is decides:
                    return decides
                if value is not (not decides):
                    problem = problem or no_overload()
            if problem:
                raise problem
            return not decides

        return logic

    return make


def _choice(condition: Step, yes: Step, no: Step) -> Step:
    def choose(variables: Variables, meter: Meter) -> object:
        chosen = condition(variables, meter)
        if chosen is True:
            return yes(variables, meter)
        if chosen is False:
            return no(variables, meter)
        raise no_overload()

    return choose


def _not_false(value: Step) -> Step:
    def test(variables: Variables, meter: Meter) -> bool:
        try:
            return value(variables, meter) is not False
        except EvalError:
            return True

    return test


def or_value(target: Step, other: Step, keeps_optional: bool) -> Step:
    """`optional.orValue(other)`, and `or` with `keeps_optional`: `other` is computed only where it is needed."""

    def choose(variables: Variables, meter: Meter) -> object:
        chosen = target(variables, meter)
        meter.spend(1)
        if not isinstance(chosen, Maybe):
            raise no_overload()
        if not chosen.present:
            return other(variables, meter)
        return chosen if keeps_optional else chosen.value

    return choose


def _taken(take: Callable[[Any, Any], object]) -> Callable[[Step, Step], Step]:
    """What stands at a key."""

    def make(operand: Step, key: Step) -> Step:
        def taken(variables: Variables, meter: Meter) -> object:
            value, index = operand(variables, meter), key(variables, meter)
            meter.spend(1)
            return take(value, index)

        return taken

    return make


SPECIAL: dict[str, Callable[..., Step]] = {
    "_&&_": _logic(False),
    "_||_": _logic(True),
    "_?_:_": _choice,
    "_?._": _taken(maybe),
    "_[?_]": _taken(maybe),
    "_[_]": _taken(at),
    "@not_strictly_false": _not_false,
    "__not_strictly_false__": _not_false,
}
