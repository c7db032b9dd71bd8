"""Rules for Namespaces, Nodes, Leases, Events and RBAC."""

from collections.abc import Sequence

from loopkube.api.validation import text
from loopkube.api.validation.report import Report
from loopkube.api.validation.scheduling import EFFECTS

_RBAC = "rbac.authorization.k8s.io"


def node(report: Report, obj: dict, old: dict | None) -> None:
    seen: set[tuple] = set()
    for index, taint in enumerate(obj.get("spec", {}).get("taints", ())):
        path, key = f"spec.taints[{index}]", taint.get("key", "")
        report.all(f"{path}.key", key, text.qualified_name(key))
        if text.label_value(taint.get("value", "")):
            report.invalid(f"{path}.value", taint["value"], ";".join(text.label_value(taint["value"])))
        if not taint.get("effect"):
            report.required(f"{path}.effect")
        else:
            report.one_of(f"{path}.effect", taint["effect"], EFFECTS)
        if (key, taint.get("effect")) in seen:
            shown = {"Key": key, "Value": taint.get("value", ""), "Effect": taint.get("effect", ""), "TimeAdded": None}
            report.duplicate(path, shown)
        seen.add((key, taint.get("effect")))


def lease(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj.get("spec", {})
    if spec.get("leaseDurationSeconds", 1) <= 0:
        path = "spec.leaseDurationSeconds"
        report.invalid(path, spec["leaseDurationSeconds"], "must be greater than 0")
    report.not_negative("spec.leaseTransitions", spec.get("leaseTransitions", 0))


def event(report: Report, obj: dict, old: dict | None) -> None:
    about, namespace = obj.get("involvedObject", {}).get("namespace", ""), obj["metadata"].get("namespace", "")
    if (about and about != namespace) or (not about and namespace not in ("default", "kube-system")):
        report.invalid("involvedObject.namespace", about, "does not match event.namespace")


def role(report: Report, obj: dict, old: dict | None) -> None:
    _rules(report, obj.get("rules") or (), namespaced=True)


def cluster_role(report: Report, obj: dict, old: dict | None) -> None:
    _rules(report, obj.get("rules") or (), namespaced=False)


def _rules(report: Report, rules: Sequence[dict], *, namespaced: bool) -> None:
    for index, rule in enumerate(rules):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            report.required(f"{path}.verbs", "verbs must contain at least one value")
        urls = rule.get("nonResourceURLs", ())
        if urls and namespaced:
            words = "namespaced rules cannot apply to non-resource URLs"
            report.invalid(f"{path}.nonResourceURLs", urls, words)
        elif urls and (rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames")):
            words = "rules cannot apply to both regular resources and non-resource URLs"
            report.invalid(f"{path}.nonResourceURLs", urls, words)
        if urls:
            continue
        if not rule.get("apiGroups"):
            report.required(f"{path}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            report.required(f"{path}.resources", "resource rules must supply at least one resource")


def role_binding(report: Report, obj: dict, old: dict | None) -> None:
    _binding(report, obj, old, ("Role", "ClusterRole"), namespaced=True)


def cluster_role_binding(report: Report, obj: dict, old: dict | None) -> None:
    _binding(report, obj, old, ("ClusterRole",), namespaced=False)


def _binding(report: Report, obj: dict, old: dict | None, kinds: tuple[str, ...], *, namespaced: bool) -> None:
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
