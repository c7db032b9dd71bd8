"""Rules for the indexes and policies of a Job (pkg/apis/batch/validation)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report
from loopkube.shared import job_indexes
from loopkube.shared.status import OMITTED

INDEXED = "Indexed"
_MODES = ("NonIndexed", INDEXED)
_MOST_RUNNING = 100000
_MANY, _FEW = 100000, 10000
_MOST_RULES = 20
_MOST_CODES = 255


def mode(report: Report, path: str, spec: dict) -> None:
    """What an Indexed Job must and may set, and another may not (validateJobSpec)."""
    completion_mode = spec.get("completionMode", _MODES[0])
    report.one_of(f"{path}.completionMode", completion_mode, _MODES)
    completions, per_index, most = (
        spec.get(field) for field in ("completions", "backoffLimitPerIndex", "maxFailedIndexes")
    )
    if completion_mode == INDEXED and completions is None:
        report.required(f"{path}.completions", f"when completion mode is {INDEXED}")
    if completion_mode == INDEXED and spec.get("parallelism", 0) > _MOST_RUNNING:
        detail = f"must be less than or equal to {_MOST_RUNNING} when completion mode is {INDEXED}"
        report.invalid(f"{path}.parallelism", spec["parallelism"], detail)
    if completion_mode == INDEXED and most is not None and completions is not None and most > completions:
        report.invalid(f"{path}.maxFailedIndexes", most, "must be less than or equal to completions")
    if completion_mode == INDEXED and most is not None and most > _MOST_RUNNING:
        report.invalid(f"{path}.maxFailedIndexes", most, f"must be less than or equal to {_MOST_RUNNING}")
    if completion_mode == INDEXED and per_index is not None and (completions or 0) > _MANY:
        _many(report, path, spec)
    if completion_mode != INDEXED and per_index is not None:
        report.invalid(f"{path}.backoffLimitPerIndex", per_index, "requires indexed completion mode")
    if completion_mode != INDEXED and most is not None:
        report.invalid(f"{path}.maxFailedIndexes", most, "requires indexed completion mode")
    if most is not None and per_index is None:
        report.required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")


def _many(report: Report, path: str, spec: dict) -> None:
    """A limit for each index of very many needs limits of its own."""
    detail = f"must be less than or equal to {_FEW} when completions are above {_MANY}"
    detail += " and used with backoff limit per index"
    if "maxFailedIndexes" not in spec:
        report.required(f"{path}.maxFailedIndexes", f"must be specified when completions is above {_MANY}")
    for field in ("parallelism", "maxFailedIndexes"):
        if spec.get(field, 0) > _FEW:
            report.invalid(f"{path}.{field}", spec[field], detail)


def pod_failure_policy(report: Report, path: str, spec: dict) -> None:
    """As upstream's validatePodFailurePolicy."""
    policy = spec["podFailurePolicy"]
    if spec["template"]["spec"].get("restartPolicy") != "Never":
        detail = 'only "Never" is supported when podFailurePolicy is specified'
        report.invalid(f"{path}.template.spec.restartPolicy", spec["template"]["spec"].get("restartPolicy", ""), detail)
    if spec.get("podReplacementPolicy") not in (None, "Failed"):
        report.one_of(f"{path}.podReplacementPolicy", spec["podReplacementPolicy"], ("Failed",))
    rules = policy.get("rules") or []
    if len(rules) > _MOST_RULES:
        report.too_many(f"{path}.podFailurePolicy.rules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        _failure_rule(report, f"{path}.podFailurePolicy.rules[{index}]", rule, spec)


def _failure_rule(report: Report, path: str, rule: dict, spec: dict) -> None:
    action = rule.get("action", "")
    if not action:
        report.required(f"{path}.action", 'valid values: ["Count" "FailIndex" "FailJob" "Ignore"]')
    elif action == "FailIndex" and "backoffLimitPerIndex" not in spec:
        report.invalid(f"{path}.action", action, "requires the backoffLimitPerIndex to be set")
    else:
        report.one_of(f"{path}.action", action, ("Count", "FailIndex", "FailJob", "Ignore"))
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        _exit_codes(report, f"{path}.onExitCodes", codes, spec["template"]["spec"])
    if len(conditions) > _MOST_RULES:
        report.too_many(f"{path}.onPodConditions", len(conditions), _MOST_RULES)
    for index, pattern in enumerate(conditions):
        at = f"{path}.onPodConditions[{index}]"
        report.all(f"{at}.type", pattern.get("type", ""), text.qualified_name(pattern.get("type", "")))
        report.one_of(f"{at}.status", pattern.get("status", "True"), ("False", "True", "Unknown"))
    if codes is not None and conditions:
        report.invalid(path, OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported")
    if codes is None and not conditions:
        report.invalid(path, OMITTED, "specifying one of OnExitCodes and OnPodConditions is required")


def _exit_codes(report: Report, path: str, codes: dict, pod: dict) -> None:
    operator, values = codes.get("operator", ""), codes.get("values") or []
    if operator:
        report.one_of(f"{path}.operator", operator, ("In", "NotIn"))
    else:
        report.required(f"{path}.operator", 'valid values: ["In" "NotIn"]')
    containers = [*(pod.get("containers") or ()), *(pod.get("initContainers") or ())]
    if "containerName" in codes and codes["containerName"] not in [container.get("name") for container in containers]:
        detail = "must be one of the container or initContainer names in the pod template"
        report.invalid(f"{path}.containerName", codes["containerName"], detail)
    if not values:
        report.invalid(f"{path}.values", values, "at least one value is required")
    elif len(values) > _MOST_CODES:
        report.too_many(f"{path}.values", len(values), _MOST_CODES)
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            report.invalid(f"{path}.values[{index}]", value, "must not be 0 for the In operator")
        if value in values[:index]:
            report.duplicate(f"{path}.values[{index}]", value)
    if values != sorted(values):
        report.invalid(f"{path}.values", values, "must be ordered")


def success_policy(report: Report, path: str, spec: dict) -> None:
    """As upstream's validateSuccessPolicy."""
    policy, at = spec["successPolicy"], f"{path}.successPolicy"
    if spec.get("completionMode") != INDEXED:
        report.invalid(at, policy, "requires indexed completion mode")
        return
    rules = policy.get("rules") or []
    if not rules:
        report.required(f"{at}.rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > _MOST_RULES:
        report.too_many(f"{at}.rules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        _success_rule(report, f"{at}.rules[{index}]", rule, spec.get("completions") or 0)


def _success_rule(report: Report, path: str, rule: dict, completions: int) -> None:
    named, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if named is None and count is None:
        report.required(path, "at least one of succeededCount or succeededIndexes must be specified")
    indexes = None
    if named is not None:
        try:
            indexes = job_indexes.parse(named, completions)
        except ValueError as error:
            report.invalid(f"{path}.succeededIndexes", named, f"error parsing succeededIndexes: {error}")
    if count is not None:
        report.not_negative(f"{path}.succeededCount", count)
        if count > completions:
            detail = f"must be less than or equal to {completions} (the number of specified completions)"
            report.invalid(f"{path}.succeededCount", count, detail)
        if indexes is not None and count > len(indexes):
            detail = "(the number of indexes in the specified succeededIndexes field)"
            report.invalid(f"{path}.succeededCount", count, f"must be less than or equal to {len(indexes)} {detail}")


def completions(report: Report, spec: dict, old: dict) -> None:
    """An Indexed Job may change them together with its parallelism."""
    now = spec.get("completions")
    if spec.get("completionMode") != INDEXED:
        report.immutable("spec.completions", now, old.get("completions"))
    elif now != old.get("completions") and now != spec.get("parallelism"):
        report.invalid("spec.completions", now, "can only be modified in tandem with spec.parallelism")
