"""Rules for `spec.conversion`: how objects of one version become those of another.

Complaints name the fields as Kubernetes' internal type does: `webhookClientConfig` is `webhook.clientConfig`.
"""

from loopkube.kinds.shared import webhook_client
from loopkube.kinds.shared.report import Report

_PATH = "spec.conversion"
_ONLY_FOR_WEBHOOKS = "should not be set when strategy is not set to Webhook"


def judge(report: Report, conversion: dict) -> None:
    """As ValidateCustomResourceConversion; the webhook only where the strategy asks for one."""
    strategy, webhook = conversion.get("strategy", "None"), conversion.get("webhook") or {}
    config, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    report.one_of(f"{_PATH}.strategy", strategy, ("None", "Webhook"))
    if strategy == "Webhook":
        if config is None:
            report.required(f"{_PATH}.webhookClientConfig", "required when strategy is set to Webhook")
        else:
            webhook_client.rules(report, f"{_PATH}.webhookClientConfig", config)
        if versions:
            webhook_client.review_versions(report, f"{_PATH}.conversionReviewVersions", versions)
        else:
            report.required(f"{_PATH}.conversionReviewVersions")
        return
    if config is not None:
        report.forbidden(f"{_PATH}.webhookClientConfig", _ONLY_FOR_WEBHOOKS)
    if versions:
        report.forbidden(f"{_PATH}.conversionReviewVersions", _ONLY_FOR_WEBHOOKS)
