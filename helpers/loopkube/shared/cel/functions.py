"""All functions of expressions by name; a member function takes its target first. The types of values decide."""

from collections.abc import Callable

from loopkube.shared.cel.authorizer import AUTHORIZER
from loopkube.shared.cel.conversions import CONVERSIONS
from loopkube.shared.cel.formats import FORMATS
from loopkube.shared.cel.lists import LISTS
from loopkube.shared.cel.networks import NETWORKS
from loopkube.shared.cel.operators import OPERATORS
from loopkube.shared.cel.quantities import QUANTITIES
from loopkube.shared.cel.texts import TEXTS
from loopkube.shared.cel.times import TIMES

FUNCTIONS: dict[str, Callable] = (
    OPERATORS | CONVERSIONS | TIMES | TEXTS | LISTS | NETWORKS | QUANTITIES | FORMATS | AUTHORIZER
)
_CONSTANT = frozenset(("size", "type", "dyn", "optional.of", "hasValue", "value"))
_AUTHORIZATION = 350_000
"""cel-go's cost of one `check`: each may be a call of a webhook."""
_LISTED = frozenset(LISTS) | {"@in", "_in_", "_==_", "_!=_", "join", "cel.@mapInsert"}


def cost_of(name: str, values: list) -> int:
    """About what cel-go counts: one, and a tenth for each character, one for each item that is looked at."""
    if name in _CONSTANT:
        return 1
    if name == "check":
        return _AUTHORIZATION
    cost = 1
    for value in values:
        if isinstance(value, str | bytes):
            cost += len(value) // 10
        elif name in _LISTED and isinstance(value, list | dict):
            cost += len(value)
    return cost
