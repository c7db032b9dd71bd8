"""Rules for the rules of a FlowSchema: whose requests, and which (pkg/apis/flowcontrol/validation)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_KINDS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_ONLY = "if '*' is present, must not specify other"


def check(report: Report, path: str, rule: dict) -> None:
    """As upstream's ValidateFlowSchemaPolicyRulesWithSubjects."""
    for index, subject in enumerate(rule.get("subjects") or ()):
        _subject(report, f"{path}.subjects[{index}]", subject)
    if not rule.get("subjects"):
        report.required(f"{path}.subjects", "subjects must contain at least one value")
    resources, others = rule.get("resourceRules") or [], rule.get("nonResourceRules") or []
    if not resources and not others:
        report.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for index, resource_rule in enumerate(resources):
        _resource_rule(report, f"{path}.resourceRules[{index}]", resource_rule)
    for index, other in enumerate(others):
        _other_rule(report, f"{path}.nonResourceRules[{index}]", other)


def _subject(report: Report, path: str, subject: dict) -> None:
    kind = subject.get("kind", "")
    if kind not in _KINDS:
        report.one_of(f"{path}.kind", kind, _KINDS)
        return
    own = _KINDS[kind]
    named = subject.get(own)
    if named is None:
        report.required(f"{path}.{own}", f"{own} is required when subject kind is '{kind}'")
    elif kind == "ServiceAccount":
        _service_account(report, f"{path}.{own}", named)
    elif not named.get("name"):
        report.required(f"{path}.{own}.name")
    for other in ("serviceAccount", "user", "group"):
        if other != own and subject.get(other) is not None:
            only = next(of for of, field in _KINDS.items() if field == other)
            report.forbidden(f"{path}.{other}", f"{other} is forbidden when subject kind is not '{only}'")


def _service_account(report: Report, path: str, named: dict) -> None:
    name, namespace = named.get("name", ""), named.get("namespace", "")
    if not name:
        report.required(f"{path}.name")
    elif name != "*":
        report.all(f"{path}.name", name, text.dns_subdomain(name))
    if namespace:
        report.all(f"{path}.namespace", namespace, text.dns_label(namespace))
    else:
        report.required(f"{path}.namespace", "must specify namespace for service account")


def _verbs(report: Report, path: str, verbs: list[str]) -> None:
    if not verbs:
        report.required(path, "verbs must contain at least one value")
    elif "*" in verbs:
        _alone(report, path, verbs, "verbs")
    elif not set(verbs) <= set(_VERBS):
        report.one_of(path, verbs, _VERBS)


def _alone(report: Report, path: str, values: list[str], what: str) -> None:
    if len(values) > 1 and "*" in values:
        report.invalid(path, values, f"{_ONLY} {what}")


def _resource_rule(report: Report, path: str, rule: dict) -> None:
    _verbs(report, f"{path}.verbs", rule.get("verbs") or [])
    for field, one, several in (
        ("apiGroups", "api group", "api groups"),
        ("resources", "resource", "resources"),
    ):
        if not rule.get(field):
            report.required(f"{path}.{field}", f"resource rules must supply at least one {one}")
        _alone(report, f"{path}.{field}", rule.get(field) or [], several)
    namespaces = rule.get("namespaces") or []
    if not namespaces and not rule.get("clusterScope"):
        detail = "resource rules that are not cluster scoped must supply at least one namespace"
        report.required(f"{path}.namespaces", detail)
    elif "*" in namespaces:
        _alone(report, f"{path}.namespaces", namespaces, "namespaces")
    else:
        for index, namespace in enumerate(namespaces):
            begin = "each member of this list must be '*' or a DNS-1123 label; "
            complaints = (begin + complaint for complaint in text.dns_label(namespace))
            report.all(f"{path}.namespaces[{index}]", namespace, complaints)


def _other_rule(report: Report, path: str, rule: dict) -> None:
    _verbs(report, f"{path}.verbs", rule.get("verbs") or [])
    urls = rule.get("nonResourceURLs") or []
    if not urls:
        report.required(f"{path}.nonResourceURLs", "nonResourceURLs must contain at least one value")
    elif "*" in urls:
        _alone(report, f"{path}.nonResourceURLs", urls, "non-resource URLs")
    else:
        for index, url in enumerate(urls):
            report.all(f"{path}.nonResourceURLs[{index}]", url, _url(url)[:1])


def _url(url: str) -> list[str]:
    if url == "/":
        return []
    if not url:
        return ["must not be empty"]
    complaints = [] if url.startswith("/") else ["must start with slash"]
    complaints += ["must not contain white-space"] if " " in url else []
    complaints += ["must not contain double slash"] if "//" in url else []
    stars = url.count("*")
    suffix = stars == 1 and url.endswith("/*")
    return complaints + (["wildcard can only do suffix matching"] if stars and not suffix else [])
