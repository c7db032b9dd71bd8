"""What roles share, and what bindings share: rules, subjects, defaults, columns."""

from collections.abc import Sequence
from datetime import datetime

from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report

_RBAC = "rbac.authorization.k8s.io"


def rules(report: Report, rules: Sequence[dict], *, namespaced: bool) -> None:
    """The rules of a role; only those of ClusterRoles may name URLs."""
    for index, rule in enumerate(rules):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            report.required(f"{path}.verbs", "verbs must contain at least one value")
        urls = rule.get("nonResourceURLs", ())
        if urls and namespaced:
            message = "namespaced rules cannot apply to non-resource URLs"
            report.invalid(f"{path}.nonResourceURLs", urls, message)
        elif urls and (rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames")):
            message = "rules cannot apply to both regular resources and non-resource URLs"
            report.invalid(f"{path}.nonResourceURLs", urls, message)
        if urls:
            continue
        if not rule.get("apiGroups"):
            report.required(f"{path}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            report.required(f"{path}.resources", "resource rules must supply at least one resource")


def binding_defaults(obj: dict) -> None:
    """RoleBinding and ClusterRoleBinding."""
    role = obj.setdefault("roleRef", {})
    if not role.get("apiGroup"):
        role["apiGroup"] = _RBAC
    for subject in obj.get("subjects", ()):
        if subject.get("kind") in ("User", "Group"):
            subject.setdefault("apiGroup", _RBAC)


def binding(report: Report, obj: dict, old: dict | None, kinds: tuple[str, ...], *, namespaced: bool) -> None:
    """A binding to a role of one of `kinds`, which never changes; `namespaced` as the binding is."""
    reference = obj.get("roleRef", {})
    if old is not None and reference != old.get("roleRef"):
        names = ("APIGroup", "Kind", "Name")
        shown = dict(zip(names, (reference.get(field, "") for field in ("apiGroup", "kind", "name")), strict=True))
        report.invalid("roleRef", shown, "cannot change roleRef")
    report.one_of("roleRef.apiGroup", reference.get("apiGroup", ""), (_RBAC,))
    report.one_of("roleRef.kind", reference.get("kind", ""), kinds)
    if not reference.get("name"):
        report.required("roleRef.name")
    else:
        report.all("roleRef.name", reference["name"], text.path_segment(reference["name"]))
    for index, subject in enumerate(obj.get("subjects", ())):
        _subject(report, f"subjects[{index}]", subject, namespaced)


def _subject(report: Report, path: str, subject: dict, namespaced: bool) -> None:
    kind, name = subject.get("kind", ""), subject.get("name", "")
    if not name:
        report.required(f"{path}.name")
    if kind == "ServiceAccount":
        if name:
            report.all(f"{path}.name", name, text.dns_subdomain(name))
        report.one_of(f"{path}.apiGroup", subject.get("apiGroup", ""), ("",))
        if not namespaced and not subject.get("namespace"):
            report.required(f"{path}.namespace")
    elif kind in ("User", "Group"):
        report.one_of(f"{path}.apiGroup", subject.get("apiGroup", ""), (_RBAC,))
    else:
        report.one_of(f"{path}.kind", kind, ("ServiceAccount", "User", "Group"))


def _cells(obj: dict, now: datetime) -> list:
    role = obj.get("roleRef", {})
    subjects = obj.get("subjects", ())
    users = [s["name"] for s in subjects if s.get("kind") == "User"]
    groups = [s["name"] for s in subjects if s.get("kind") == "Group"]
    accounts = [f"{s.get('namespace', '')}/{s['name']}" for s in subjects if s.get("kind") == "ServiceAccount"]
    who = [", ".join(names) for names in (users, groups, accounts)]
    return [name(obj), f"{role.get('kind', '')}/{role.get('name', '')}", age(obj, now), *who]


BINDING = Columns(define("Name", "Role", "Age", wide=("Users", "Groups", "ServiceAccounts")), _cells)
