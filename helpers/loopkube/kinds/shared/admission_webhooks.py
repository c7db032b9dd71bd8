"""What both configurations of webhooks have in common: defaults, rules, columns."""

from datetime import datetime

from loopkube.kinds.shared import admission_rules, match_conditions, metadata, text, webhook_client
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report

_DEFAULTS = {"failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10}
_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_LONGEST = 30


def defaults(obj: dict) -> None:
    """In place, as upstream's defaults of the two kinds of configuration."""
    for webhook in obj.get("webhooks") or ():
        for field, value in _DEFAULTS.items():
            webhook.setdefault(field, value)
        webhook.setdefault("namespaceSelector", {})
        webhook.setdefault("objectSelector", {})
        for rule in webhook.get("rules") or ():
            rule.setdefault("scope", "*")
        webhook_client.defaults(webhook.get("clientConfig") or {})


def changed(obj: dict, old: dict) -> bool:
    """Whether the generation goes up."""
    return obj.get("webhooks") != old.get("webhooks")


def check(report: Report, obj: dict, old: dict | None) -> None:
    """Each webhook, and that no two have one name."""
    seen: set[str] = set()
    for index, webhook in enumerate(obj.get("webhooks") or ()):
        path, called = f"webhooks[{index}]", webhook.get("name", "")
        _webhook(report, path, webhook)
        _review_versions(report, f"{path}.admissionReviewVersions", webhook.get("admissionReviewVersions") or [])
        if called in seen:
            report.duplicate(f"{path}.name", called)
        seen |= {called} if called else set()


def _webhook(report: Report, path: str, webhook: dict) -> None:
    _name(report, f"{path}.name", webhook.get("name", ""))
    for index, rule in enumerate(webhook.get("rules") or ()):
        admission_rules.with_operations(report, f"{path}.rules[{index}]", rule)
    report.one_of(f"{path}.failurePolicy", webhook["failurePolicy"], ("Fail", "Ignore"))
    report.one_of(f"{path}.matchPolicy", webhook["matchPolicy"], ("Equivalent", "Exact"))
    if "sideEffects" not in webhook:
        report.required(f"{path}.sideEffects", f"must specify one of {', '.join(_SIDE_EFFECTS)}")
    else:
        report.one_of(f"{path}.sideEffects", webhook["sideEffects"], _SIDE_EFFECTS)
    if not 1 <= webhook["timeoutSeconds"] <= _LONGEST:
        detail = f"the timeout value must be between 1 and {_LONGEST} seconds"
        report.invalid(f"{path}.timeoutSeconds", webhook["timeoutSeconds"], detail)
    for selector in ("namespaceSelector", "objectSelector"):
        metadata.label_selector(report, f"{path}.{selector}", webhook[selector])
    if "reinvocationPolicy" in webhook:
        report.one_of(f"{path}.reinvocationPolicy", webhook["reinvocationPolicy"], ("IfNeeded", "Never"))
    webhook_client.rules(report, f"{path}.clientConfig", webhook.get("clientConfig") or {})
    match_conditions.rules(report, f"{path}.matchConditions", webhook.get("matchConditions") or [])


def _name(report: Report, path: str, value: str) -> None:
    """A fully qualified name."""
    complaints = text.dns_subdomain(value)
    if not value:
        report.required(path)
    elif complaints:
        report.invalid(path, value, ",".join(complaints))
    elif value.count(".") < 2:
        report.invalid(path, value, "should be a domain with at least three segments separated by dots")


def _review_versions(report: Report, path: str, versions: list[str]) -> None:
    if versions:
        webhook_client.review_versions(report, path, versions)
    else:
        report.required(path, f"must specify one of {', '.join(webhook_client.REVIEW_VERSIONS)}")


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), len(obj.get("webhooks") or ()), age(obj, now)]


COLUMNS = Columns(define("Name", "Webhooks:integer", "Age"), _cells)
