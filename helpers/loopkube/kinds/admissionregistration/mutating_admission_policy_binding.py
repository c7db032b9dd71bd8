"""MutatingAdmissionPolicyBinding: where a mutating policy holds, and with which parameters."""

from datetime import datetime

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_policies
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy


def _check(report: Report, obj: dict, old: dict | None) -> None:
    admission_policies.binding(report, obj.get("spec") or {})


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec") or {}
    return [name(obj), spec.get("policyName", ""), admission_policies.param_ref(spec), age(obj, now)]


SPEC = Spec(
    GROUP.kind(
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=admission_policies.binding_defaults,
    strategy=Strategy(generation=True, unconditional_update=False),
    rules=Rules(_check),
    columns=Columns(define("Name", "PolicyName", "ParamRef", "Age"), _cells),
)
