"""MutatingWebhookConfiguration: webhooks that complete what is about to be written (loopkube.api.webhooks)."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_webhooks
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    admission_webhooks.defaults(obj)
    for webhook in obj.get("webhooks") or ():
        webhook.setdefault("reinvocationPolicy", "Never")


SPEC = Spec(
    GROUP.kind(
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=_defaults,
    strategy=Strategy(generation=True, changed=admission_webhooks.changed, unconditional_update=False),
    rules=Rules(admission_webhooks.check, any_finalizer=True),
    columns=admission_webhooks.COLUMNS,
)
