"""MutatingAdmissionPolicy: expressions that complete what is about to be written (loopkube.api.policies)."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_policies, policy_expressions
from loopkube.kinds.shared.policy_expressions import OBJECT, PATCHES, Declared
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

PATCH_TYPES = {"ApplyConfiguration": ("applyConfiguration", OBJECT), "JSONPatch": ("jsonPatch", PATCHES)}
"""{patchType: (its field, the type of its expression)}."""


def _check(report: Report, obj: dict, old: dict | None) -> None:
    admission_policies.policy(report, obj.get("spec") or {}, _mutations)


def _mutations(report: Report, spec: dict, declared: Declared) -> None:
    mutations = spec.get("mutations") or []
    if not mutations:
        report.required("spec.mutations", "mutations must contain at least one item")
    for index, mutation in enumerate(mutations):
        _mutation(report, f"spec.mutations[{index}]", mutation, declared)
    policy = spec.get("reinvocationPolicy") or ""
    if not policy:
        report.required("spec.reinvocationPolicy")
    else:
        report.one_of("spec.reinvocationPolicy", policy, ("IfNeeded", "Never"))


def _mutation(report: Report, path: str, mutation: dict, declared: Declared) -> None:
    kind = mutation.get("patchType") or ""
    if not kind:
        report.required(f"{path}.patchType")
        return
    if kind not in PATCH_TYPES:
        report.one_of(f"{path}.patchType", kind, sorted(PATCH_TYPES))
        return
    field, type = PATCH_TYPES[kind]
    if mutation.get(field) is None:
        report.required(f"{path}.{field}", f"must be specified when patchType is {kind}")
        return
    expression, here = mutation[field].get("expression") or "", f"{path}.{field}.expression"
    if not expression.strip():
        report.required(here, "expression is not specified")
    else:
        policy_expressions.check(report, here, expression, declared, (type,), patches=True)


SPEC = Spec(
    GROUP.kind(
        "MutatingAdmissionPolicy",
        "mutatingadmissionpolicies",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=admission_policies.defaults,
    strategy=Strategy(generation=True, unconditional_update=False),
    rules=Rules(_check, any_finalizer=True),
    columns=admission_policies.policy_columns("mutations"),
)
