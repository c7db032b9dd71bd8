"""The chain as a cluster has it: which stages there are, in kube-apiserver's order."""

from loopkube.api.chain.chain import Chain
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
        mutating=(MutatingWebhooks(Configurations(store, MUTATING), caller, converter, kinds),),
        validating=(ValidatingWebhooks(Configurations(store, VALIDATING), caller, converter, kinds),),
    )
