"""Rules about rules: which operations on which resources a webhook or a policy is for (validateRuleWithOperations)."""

from loopkube.kinds.shared.report import Report

OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")
_ONLY = "if '*' is present, must not specify other"


def with_operations(report: Report, path: str, rule: dict) -> None:
    """As upstream's validateRuleWithOperations."""
    operations = rule.get("operations") or []
    if not operations:
        report.required(f"{path}.operations")
    if len(operations) > 1 and "*" in operations:
        report.invalid(f"{path}.operations", operations, f"{_ONLY} operations")
    for index, operation in enumerate(operations):
        report.one_of(f"{path}.operations[{index}]", operation, OPERATIONS)
    groups, versions = rule.get("apiGroups") or [], rule.get("apiVersions") or []
    _several(report, f"{path}.apiGroups", groups, "API groups")
    _several(report, f"{path}.apiVersions", versions, "API versions")
    for index, version in enumerate(versions):
        if not version:
            report.required(f"{path}.apiVersions[{index}]")
    _resources(report, f"{path}.resources", rule.get("resources") or [])
    if "scope" in rule:
        report.one_of(f"{path}.scope", rule["scope"], SCOPES)


def _several(report: Report, path: str, values: list[str], what: str) -> None:
    if not values:
        report.required(path)
    if len(values) > 1 and "*" in values:
        report.invalid(path, values, f"{_ONLY} {what}")


def _resources(report: Report, path: str, resources: list[str]) -> None:
    if not resources:
        report.required(path)
    whole: set[str] = set()
    below: set[str] = set()
    plain = False
    for index, name in enumerate(resources):
        here, (resource, slash, subresource) = f"{path}[{index}]", name.partition("/")
        if not name:
            report.required(here)
        elif not slash:
            plain = name != "*"
        else:
            if resource in whole:
                report.invalid(here, name, f"if '{resource}/*' is present, must not specify {name}")
            if subresource in below:
                report.invalid(here, name, f"if '*/{subresource}' is present, must not specify {name}")
            whole |= {resource} if subresource == "*" else set()
            below |= {subresource} if resource == "*" else set()
    if len(resources) > 1 and "*/*" in resources:
        report.invalid(path, resources, "if '*/*' is present, must not specify other resources")
    if "*" in resources and plain:
        report.invalid(path, resources, "if '*' is present, must not specify other resources without subresources")
