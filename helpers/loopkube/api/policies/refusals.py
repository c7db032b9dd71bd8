"""What a caller is told whom a policy refuses."""

from collections.abc import Callable

from loopkube.api.chain.attributes import Attributes
from loopkube.shared.status import ApiError, named

_CODES = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413, "Invalid": 422}
Refusal = tuple[str, str]
"""(the sentence, the reason)."""
Refuse = Callable[..., None]
"""(policy, binding or None, why, reason)."""


def _forbidden(attributes: Attributes, why: str) -> tuple[str, dict]:
    """(message, details) of admission.NewForbidden."""
    metadata = (attributes.obj or {}).get("metadata") or {}
    name = attributes.name or metadata.get("name") or metadata.get("generateName") or "Unknown"
    kind = attributes.kind
    return f'{kind.resource} "{name}" is forbidden: {why}', named(kind, name)


def by_validation(attributes: Attributes, refusals: list[Refusal]) -> ApiError:
    """The first one; its reason decides the code."""
    sentence, reason = refusals[0]
    message, details = _forbidden(attributes, sentence)
    code = _CODES.get(reason, 422)
    return ApiError(code, reason or "Invalid", message, details | {"causes": [{"message": sentence}]})


def by_mutation(attributes: Attributes, refusals: list[Refusal]) -> ApiError:
    """All of them as causes, the first as the message."""
    _, details = _forbidden(attributes, "")
    causes = [{"message": sentence} for sentence, _ in refusals]
    return ApiError(403, refusals[0][1] or "Forbidden", refusals[0][0], details | {"causes": causes})
