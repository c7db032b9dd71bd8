"""Which webhooks a request is for, in which version of its object, and what each of them says."""

from typing import NamedTuple

from loopkube.api.chain import match_conditions
from loopkube.api.chain.attributes import Attributes
from loopkube.api.chain.matching import matched
from loopkube.api.webhooks import review
from loopkube.api.webhooks.configurations import Hook
from loopkube.api.webhooks.failures import CallFailed, denied, no_dry_run
from loopkube.api.webhooks.transport import Caller, NotAnswered
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import forbidden

SECONDS = 10
Objects = tuple[dict | None, dict | None]
"""The object and the old object of a request."""
_NO_SIDE_EFFECTS = ("None", "NoneOnDryRun")


class Invocation(NamedTuple):
    """A webhook that is to be called, and the version of the resource that it wants to see."""

    hook: Hook
    kind: Kind


def invocation(hook: Hook, attributes: Attributes, kinds: Kinds) -> Invocation | None:
    """None where the request is none of the webhook's business. Raises ApiError (403) where that cannot be said."""
    kind = matched(hook.spec, hook.spec.get("rules") or (), attributes, kinds)
    if kind is None:
        return None
    conditions = hook.spec.get("matchConditions")
    if conditions:
        try:
            if not match_conditions.hold(conditions, attributes):
                return None
        except ValueError as error:
            if hook.fails_open:
                return None
            raise forbidden(attributes.kind, attributes.name, str(error)) from None
    return Invocation(hook, kind)


async def call(
    caller: Caller,
    called: Invocation,
    attributes: Attributes,
    objects: Objects,
    *,
    mutating: bool,
) -> review.Verdict:
    """What the webhook answers about (object, old object). Raises CallFailed, or ApiError where it says no."""
    hook, spec = called.hook, called.hook.spec
    if attributes.dry_run and spec.get("sideEffects") not in _NO_SIDE_EFFECTS:
        raise no_dry_run(hook.name)
    try:
        version = review.version_for(spec.get("admissionReviewVersions") or [])
    except review.BadReview as error:
        raise CallFailed(hook.name, f"could not create admission objects: {error}") from None
    asked = review.request(attributes, called.kind, *objects, version)
    try:
        body = await caller.post(spec.get("clientConfig") or {}, asked, spec.get("timeoutSeconds") or SECONDS)
    except NotAnswered as error:
        raise CallFailed(hook.name, f"failed to call webhook: {error}") from None
    try:
        verdict = review.verdict(body, asked, mutating=mutating)
    except review.BadReview as error:
        raise CallFailed(hook.name, f"received invalid webhook response: {error}") from None
    attributes.audit_annotations.update({f"{hook.name}/{key}": text for key, text in verdict.audit_annotations.items()})
    attributes.warnings += verdict.warnings
    if not verdict.allowed:
        raise denied(hook.name, verdict.result)
    return verdict
