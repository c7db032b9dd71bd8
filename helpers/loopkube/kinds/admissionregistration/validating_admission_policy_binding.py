"""ValidatingAdmissionPolicyBinding: where a policy holds, with which parameters, and what follows."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_policies
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_ACTIONS = ("Audit", "Deny", "Warn")
_BOTH = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and "
    "headers serves no purpose)"
)


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec, path = obj.get("spec") or {}, "spec.validationActions"
    admission_policies.binding(report, spec)
    actions = spec.get("validationActions") or []
    for index, action in enumerate(actions):
        report.one_of(f"{path}[{index}]", action, _ACTIONS)
        if action in actions[:index]:
            report.duplicate(f"{path}[{index}]", action)
    if "Deny" in actions and "Warn" in actions:
        report.invalid(path, actions, _BOTH)
    if not actions:
        report.required(path, "at least one validation action is required")


SPEC = Spec(
    GROUP.kind(
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        namespaced=False,
        categories=("api-extensions",),
    ),
    defaults=admission_policies.binding_defaults,
    strategy=Strategy(generation=True, unconditional_update=False),
    rules=Rules(_check, any_finalizer=True),
    columns=admission_policies.BINDING_COLUMNS,
)
