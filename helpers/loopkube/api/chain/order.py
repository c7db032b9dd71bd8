"""The chain as a cluster has it: which stages there are, in kube-apiserver's order."""

from loopkube.api.chain.chain import Chain
from loopkube.api.chain.permissions import asker
from loopkube.api.chain.stage import Admits, Stage
from loopkube.api.policies import source
from loopkube.api.policies.source import Policies
from loopkube.api.store.store import Store
from loopkube.api.webhooks.configurations import MUTATING, VALIDATING, Configurations
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.transport import Caller
from loopkube.kinds.registry import Kinds


def chain_of(store: Store, kinds: Kinds, caller: Caller, converter: Converter) -> Chain:
    """Mutating policies come before mutating webhooks, validating policies before validating webhooks."""
    changing, judging = Policies(store, source.MUTATING), Policies(store, source.VALIDATING)
    completing, reviewing = Configurations(store, MUTATING), Configurations(store, VALIDATING)

    def mutating_policies() -> Admits:
        from loopkube.api.policies.mutating import MutatingPolicies

        return MutatingPolicies(changing, converter, kinds)

    def mutating_webhooks() -> Admits:
        from loopkube.api.webhooks.mutating import MutatingWebhooks

        return MutatingWebhooks(completing, caller, converter, kinds)

    def validating_policies() -> Admits:
        from loopkube.api.policies.validating import ValidatingPolicies

        return ValidatingPolicies(judging, converter, kinds)

    def validating_webhooks() -> Admits:
        from loopkube.api.webhooks.validating import ValidatingWebhooks

        return ValidatingWebhooks(reviewing, caller, converter, kinds)

    return Chain(
        mutating=(Stage(changing, mutating_policies), Stage(completing, mutating_webhooks)),
        validating=(Stage(judging, validating_policies), Stage(reviewing, validating_webhooks)),
        ask=asker(store),
    )
