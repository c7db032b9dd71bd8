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
    """A selector is needed, and selects something; `what` is the kind in Kubernetes' message."""
    selector = spec.get("selector")
    if selector is None:
        report.required("spec.selector")
    else:
        metadata.label_selector(report, "spec.selector", selector)
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            report.invalid("spec.selector", selector, f"empty selector is invalid for {what}")


def same_selector(report: Report, obj: dict, old: dict | None) -> None:
    """A selector never changes: it says which Pods are one's own."""
    if old is not None:
        report.immutable("spec.selector", obj["spec"].get("selector"), old["spec"].get("selector"))


def matching_template(report: Report, spec: dict, kind: str) -> None:
    """The template makes Pods that the selector selects, and is good in itself."""
    labels = spec["template"].get("metadata", {}).get("labels", {})
    selector = spec.get("selector")
    if selector is None or (selector and not metadata.matches(selector, labels)):
        mismatch(report, labels)
    template_rules(report, spec, kind)


def mismatch(report: Report, labels: dict) -> None:
    """Says that the selector does not select what the template makes."""
    message = "`selector` does not match template `labels`"
    report.invalid("spec.template.metadata.labels", labels or None, message)


def template_rules(report: Report, spec: dict, kind: str) -> None:
    """A Pod template whose Pods run for ever; `kind` as Kubernetes' message has it."""
    template = spec["template"]
    pod_template(report, "spec.template", template)
    policy = template["spec"].get("restartPolicy", "")
    if policy in ("OnFailure", "Never"):
        report.one_of("spec.template.spec.restartPolicy", policy, ("Always",))
    if "activeDeadlineSeconds" in template["spec"]:
        message = f"activeDeadlineSeconds in {kind} is not Supported"
        report.forbidden("spec.template.spec.activeDeadlineSeconds", message)


def count_or_percent(report: Report, path: str, value: int | str) -> None:
    """A number of Pods, or a part of all of them such as `25%`."""
    if isinstance(value, int):
        report.not_negative(path, value)
    elif not re.fullmatch("[0-9]+%", value):
        report.invalid(path, value, _PERCENT)


def is_zero(value: int | str) -> bool:
    """Whether a number or a percentage is none."""
    return value == 0 or (isinstance(value, str) and re.fullmatch("0+%", value) is not None)


def at_most_all(report: Report, path: str, value: int | str) -> None:
    """A percentage is not more than 100%."""
    if isinstance(value, str) and re.fullmatch("[0-9]+%", value) and int(value[:-1]) > 100:
        report.invalid(path, value, "must not be greater than 100%")


def counts(report: Report, obj: dict, fields: tuple[str, ...]) -> None:
    """Numbers in the status are not negative."""
    for field in fields:
        report.not_negative(f"status.{field}", obj.get("status", {}).get(field, 0))


def not_more(report: Report, obj: dict, field: str, other: str, name: str) -> None:
    """One number in the status is not above another, which the message calls `name`."""
    status = obj.get("status", {})
    if status.get(field, 0) > status.get(other, 0):
        report.invalid(f"status.{field}", status[field], f"cannot be greater than {name}")


def template_cells(obj: dict) -> list[str]:
    """The wide columns: names and images of the containers, the selector."""
    containers = obj["spec"].get("template", {}).get("spec", {}).get("containers") or ()
    names = ",".join(container.get("name", "") for container in containers)
    images = ",".join(container.get("image", "") for container in containers)
    return [names, images, selector(obj["spec"].get("selector"))]
