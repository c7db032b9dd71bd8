"""MutatingAdmissionWebhook: webhooks that complete an object, one after the other (webhook/mutating/dispatcher.go)."""

import copy

from loopkube.api.chain.attributes import Attributes
from loopkube.api.outside import Outside
from loopkube.api.webhooks import json_patch
from loopkube.api.webhooks.configurations import Configurations
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.failures import CallFailed, log_open
from loopkube.api.webhooks.invocation import Invocation, call, invocation
from loopkube.api.webhooks.review import JSON_PATCH, Verdict
from loopkube.api.webhooks.transport import Caller
from loopkube.api.webhooks.versions import as_requested, as_seen
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import internal, quoted

NAME = "MutatingAdmissionWebhook"


class MutatingWebhooks:
    """A stage of the chain."""

    def __init__(self, configured: Configurations, caller: Caller, converter: Converter, kinds: Kinds) -> None:
        self._configured, self._caller, self._converter, self._kinds = configured, caller, converter, kinds

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Asks one webhook after the other, each with what those before have made of the object. Raises ApiError."""
        again = attributes.reinvocation.of(NAME)
        if attributes.reinvocation.round:
            again.come_again(attributes.obj)
        for hook in self._configured.hooks:
            if attributes.reinvocation.round and hook.uid not in again.again:
                continue
            called = invocation(hook, attributes, self._kinds)
            if called is None:
                continue
            if self._ask(called, attributes, outside):
                again.changed()
                attributes.reinvocation.needed = True
            if hook.spec.get("reinvocationPolicy") == "IfNeeded":
                again.called(hook.uid)
        again.leave(attributes.obj)

    def _ask(self, called: Invocation, attributes: Attributes, outside: Outside) -> bool:
        """Whether the webhook has changed the object. Raises ApiError."""
        objects = as_seen(called.kind, attributes, self._converter, outside)
        try:
            verdict = outside.wait(call, self._caller, called, attributes, objects, mutating=True)
            return self._apply(called, verdict, attributes, objects[0], outside)
        except CallFailed as error:
            if not called.hook.fails_open:
                raise internal(error) from None
            log_open(called.hook.name, error)
            return False

    def _apply(
        self, called: Invocation, verdict: Verdict, attributes: Attributes, seen: dict | None, outside: Outside
    ) -> bool:
        name = called.hook.name
        if not verdict.patch:
            return False
        operations = json_patch.read(verdict.patch, name)
        if not operations:
            return False
        if attributes.obj is None or seen is None:
            why = f"admission webhook {quoted(name)} attempted to modify the object, "
            raise internal(why + "which is not supported for this operation")
        if verdict.patch_type != JSON_PATCH:
            raise CallFailed(name, f"unsupported patch type {quoted(verdict.patch_type)}")
        patched = json_patch.apply(copy.deepcopy(seen), operations)
        fresh = as_requested(patched, called.kind, attributes, self._converter, outside)
        changed = fresh != attributes.obj
        attributes.obj.clear()
        attributes.obj.update(fresh)
        return changed
