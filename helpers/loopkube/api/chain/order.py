"""The chain as a cluster has it: which stages there are, in kube-apiserver's order."""

from loopkube.api.chain.chain import Chain
from loopkube.api.policies import source
from loopkube.api.policies.inputs import asker
from loopkube.api.policies.mutating import MutatingPolicies
from loopkube.api.policies.source import Policies
from loopkube.api.policies.validating import ValidatingPolicies
from loopkube.api.store.store import Store
from loopkube.api.webhooks.configurations import MUTATING, VALIDATING, Configurations
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.mutating import MutatingWebhooks
from loopkube.api.webhooks.transport import Caller
from loopkube.api.webhooks.validating import ValidatingWebhooks
from loopkube.kinds.registry import Kinds


def chain_of(store: Store, kinds: Kinds, caller: Caller, converter: Converter) -> Chain:
    """Mutating policies come before mutating webhooks, validating policies before validating webhooks."""
    return Chain(
        mutating=(
            MutatingPolicies(Policies(store, source.MUTATING), converter, kinds),
            MutatingWebhooks(Configurations(store, MUTATING), caller, converter, kinds),
        ),
        validating=(
            ValidatingPolicies(Policies(store, source.VALIDATING), converter, kinds),
            ValidatingWebhooks(Configurations(store, VALIDATING), caller, converter, kinds),
        ),
        ask=asker(store),
    )
