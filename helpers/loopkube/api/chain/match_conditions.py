"""`matchConditions` of webhooks: CEL expressions that must all be true for a request to be theirs."""

from functools import lru_cache

from loopkube.api.chain.attributes import Attributes
from loopkube.api.policies.budget import Expression, Failed
from loopkube.api.policies.inputs import inputs
from loopkube.api.policies.invocation import conditions_hold
from loopkube.kinds.shared.patience import patience
from loopkube.kinds.shared.policy_expressions import Declared
from loopkube.shared.cel.compiler import CompileError

_KEPT = 256


def hold(conditions: list[dict], attributes: Attributes) -> bool:
    """Whether the request meets all of them. Raises ValueError where one cannot be evaluated."""
    with patience():
        compiled = [(one.get("name", ""), _compiled(one.get("expression", ""))) for one in conditions]
        given = inputs(attributes, attributes.kind, attributes.obj, attributes.old)
        try:
            return conditions_hold(compiled, given)
        except Failed as error:
            raise ValueError(str(error)) from None


@lru_cache(maxsize=_KEPT)
def _compiled(text: str) -> Expression:
    try:
        return Expression(text, Declared().compile(text, ("bool",)))
    except CompileError as error:
        return Expression(text, None, str(error))
