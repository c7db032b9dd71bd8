"""What an update of a Pod may change: images, a deadline, more tolerations (ValidatePodUpdate)."""

from loopkube.kinds.shared.pod_template import pod_diff, scheduling
from loopkube.kinds.shared.report import Report

_MAY_NOT = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)


def pod_update(report: Report, obj: dict, old: dict) -> None:
    """ValidatePodUpdate: images, deadlines, added tolerations and removed gates are all that may change."""
    spec, before = obj["spec"], old["spec"]
    for field in ("containers", "initContainers"):
        if len(spec.get(field) or ()) != len(before.get(field) or ()):
            report.forbidden(f"spec.{field}", "pod updates may not add or remove containers")
            return
    if not _deadline(report, spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")):
        return
    _added_tolerations(report, spec.get("tolerations", []), before.get("tolerations", []))
    _added_gates(report, spec.get("schedulingGates", []), before.get("schedulingGates", []))
    munged = _without_the_allowed(spec, before)
    if munged != before:
        report.forbidden("spec", _MAY_NOT + pod_diff.between(before, munged))


def _deadline(report: Report, deadline: int | None, before: int | None) -> bool:
    """From none to any, and from one to an earlier one; False when there is nothing more to say."""
    path = "spec.activeDeadlineSeconds"
    if deadline is None and before is not None:
        report.invalid(path, deadline, "must not update from a positive integer to nil value")
    elif deadline is not None and before is not None and before < deadline:
        report.invalid(path, deadline, "must be less than or equal to previous value")
        return False
    return True


def _added_tolerations(report: Report, after: list[dict], before: list[dict]) -> None:
    kept = [_untimed(toleration) for toleration in after]
    if any(_untimed(toleration) not in kept for toleration in before):
        message = "existing toleration can not be modified except its tolerationSeconds"
        report.forbidden("spec.tolerations", message)
    else:
        scheduling.tolerations(report, "spec.tolerations", after)


def _untimed(toleration: dict) -> dict:
    return {field: value for field, value in toleration.items() if field != "tolerationSeconds"}


def _added_gates(report: Report, after: list[dict], before: list[dict]) -> None:
    names = [gate.get("name") for gate in before]
    for index, gate in enumerate(after):
        if gate.get("name") not in names:
            message = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            report.forbidden(f"spec.schedulingGates[{index}].name", message)


def _without_the_allowed(spec: dict, before: dict) -> dict:
    """The new spec with everything that may change put back."""
    munged = dict(spec)
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        if field in before:
            munged[field] = before[field]
        else:
            munged.pop(field, None)
    for field in ("containers", "initContainers"):
        pairs = zip(spec.get(field, ()), before.get(field, ()), strict=False)
        images = [now | {"image": was["image"]} if "image" in was else now for now, was in pairs]
        if images:
            munged[field] = images
    if before.get("terminationGracePeriodSeconds", 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    if before.get("schedulingGates"):
        for field in ("nodeSelector", "affinity"):
            if field in before:
                munged[field] = before[field]
            else:
                munged.pop(field, None)
    return munged
