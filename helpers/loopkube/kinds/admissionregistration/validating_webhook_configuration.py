"""ValidatingWebhookConfiguration: webhooks that judge what is about to be written (loopkube.api.webhooks)."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_webhooks
from loopkube.kinds.spec import Rules, Spec, Strategy

SPEC = Spec(
    GROUP.kind(
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=admission_webhooks.defaults,
    strategy=Strategy(generation=True, changed=admission_webhooks.changed, unconditional_update=False),
    rules=Rules(admission_webhooks.check, any_finalizer=True),
    columns=admission_webhooks.COLUMNS,
)
