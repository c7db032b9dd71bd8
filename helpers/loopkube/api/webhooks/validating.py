"""ValidatingAdmissionWebhook: webhooks that judge an object, all at once (webhook/validating/dispatcher.go)."""

import asyncio

from loopkube.api.chain.attributes import Attributes
from loopkube.api.outside import Outside
from loopkube.api.webhooks.configurations import Configurations
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.failures import CallFailed, log_open
from loopkube.api.webhooks.invocation import Invocation, Objects, call, invocation
from loopkube.api.webhooks.transport import Caller
from loopkube.api.webhooks.versions import as_seen
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError, internal


class ValidatingWebhooks:
    """A stage of the chain."""

    def __init__(self, configured: Configurations, caller: Caller, converter: Converter, kinds: Kinds) -> None:
        self._configured, self._caller, self._converter, self._kinds = configured, caller, converter, kinds

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Asks all webhooks at the same time. Raises ApiError with the first refusal in their order."""
        invocations = [invocation(hook, attributes, self._kinds) for hook in self._configured.hooks]
        called = [one for one in invocations if one]
        if not called:
            return
        seen = [as_seen(one.kind, attributes, self._converter, outside) for one in called]
        outside.wait(self._ask_all, called, seen, attributes)

    async def _ask_all(self, called: list[Invocation], seen: list[Objects], attributes: Attributes) -> None:
        """Raises the first refusal that comes, when all have answered."""
        refusals: list[ApiError] = []

        async def ask(one: Invocation, objects: Objects) -> None:
            try:
                await call(self._caller, one, attributes, objects, mutating=False)
            except CallFailed as error:
                if one.hook.fails_open:
                    log_open(one.hook.name, error)
                else:
                    refusals.append(internal(error))
            except ApiError as error:
                refusals.append(error)

        await asyncio.gather(*(ask(one, objects) for one, objects in zip(called, seen, strict=True)))
        if refusals:
            raise refusals[0]
