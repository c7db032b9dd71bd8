"""What the workloads share: a selector that fits the template, rolling updates, counts in the status, columns.

After pkg/apis/apps/validation.
"""

import re

from loopkube.kinds.shared import metadata
from loopkube.kinds.shared.columns import selector
from loopkube.kinds.shared.pod_template.pod_spec import pod_template
from loopkube.kinds.shared.report import Report

WIDE = ("Containers", "Images", "Selector")
_PERCENT = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
_PERCENT += "regex used for validation is '[0-9]+%')"


def selector_rules(report: Report, spec: dict, what: str) -> None:
    selector = spec.get("selector")
    if selector is None:
        report.required("spec.selector")
    else:
        metadata.label_selector(report, "spec.selector", selector)
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            report.invalid("spec.selector", selector, f"empty selector is invalid for {what}")


def same_selector(report: Report, obj: dict, old: dict | None) -> None:
    if old is not None:
        report.immutable("spec.selector", obj["spec"].get("selector"), old["spec"].get("selector"))


def matching_template(report: Report, spec: dict, kind: str) -> None:
    labels = spec["template"].get("metadata", {}).get("labels", {})
    selector = spec.get("selector")
    if selector is None or (selector and not metadata.matches(selector, labels)):
        mismatch(report, labels)
    template_rules(report, spec, kind)


def mismatch(report: Report, labels: dict) -> None:
    words = "`selector` does not match template `labels`"
    report.invalid("spec.template.metadata.labels", labels or None, words)


def template_rules(report: Report, spec: dict, kind: str) -> None:
    template = spec["template"]
    pod_template(report, "spec.template", template)
    policy = template["spec"].get("restartPolicy", "")
    if policy in ("OnFailure", "Never"):
        report.one_of("spec.template.spec.restartPolicy", policy, ("Always",))
    if "activeDeadlineSeconds" in template["spec"]:
        words = f"activeDeadlineSeconds in {kind} is not Supported"
        report.forbidden("spec.template.spec.activeDeadlineSeconds", words)


def count_or_percent(report: Report, path: str, value: int | str) -> None:
    if isinstance(value, int):
        report.not_negative(path, value)
    elif not re.fullmatch("[0-9]+%", value):
        report.invalid(path, value, _PERCENT)


def is_zero(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and re.fullmatch("0+%", value) is not None)


def at_most_all(report: Report, path: str, value: int | str) -> None:
    if isinstance(value, str) and re.fullmatch("[0-9]+%", value) and int(value[:-1]) > 100:
        report.invalid(path, value, "must not be greater than 100%")


def counts(report: Report, obj: dict, fields: tuple[str, ...]) -> None:
    for field in fields:
        report.not_negative(f"status.{field}", obj.get("status", {}).get(field, 0))


def not_more(report: Report, obj: dict, field: str, other: str, name: str) -> None:
    status = obj.get("status", {})
    if status.get(field, 0) > status.get(other, 0):
        report.invalid(f"status.{field}", status[field], f"cannot be greater than {name}")


def template_cells(obj: dict) -> list[str]:
    containers = obj["spec"].get("template", {}).get("spec", {}).get("containers") or ()
    names = ",".join(container.get("name", "") for container in containers)
    images = ",".join(container.get("image", "") for container in containers)
    return [names, images, selector(obj["spec"].get("selector"))]
