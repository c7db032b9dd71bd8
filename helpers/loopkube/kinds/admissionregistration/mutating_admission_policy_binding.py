"""MutatingAdmissionPolicyBinding: where a mutating policy holds, and with which parameters."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_policies
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy


def _check(report: Report, obj: dict, old: dict | None) -> None:
    admission_policies.binding(report, obj.get("spec") or {})


SPEC = Spec(
    GROUP.kind(
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=admission_policies.binding_defaults,
    strategy=Strategy(generation=True, unconditional_update=False),
    rules=Rules(_check, any_finalizer=True),
    columns=admission_policies.BINDING_COLUMNS,
)
