"""`pods/NAME/resize`: other CPU and memory for the containers of a Pod that runs.

Sources: podResizeStrategy, ValidatePodResize.
"""

from loopkube.kinds.core.pod.strategy import qos_class
from loopkube.kinds.shared.pod_template.pod_spec import pod_spec
from loopkube.kinds.shared.report import Report
from loopkube.shared.clock import Clock

_RESIZED = ("containers", "initContainers")
_MUTABLE = ("cpu", "memory")


def prepare(obj: dict, old: dict, clock: Clock) -> None:
    """Nothing but resources and the policy of their change may be changed this way."""
    given = obj["spec"]
    obj["spec"] = dict(old["spec"])
    for field in _RESIZED:
        named = {container.get("name"): container for container in given.get(field) or ()}
        if field in old["spec"]:
            obj["spec"][field] = [_resized(container, named.get(container["name"])) for container in old["spec"][field]]
    obj["status"] = old.get("status", {})


def _resized(container: dict, given: dict | None) -> dict:
    if given is None:
        return container
    resized = {field: value for field, value in container.items() if field not in ("resources", "resizePolicy")}
    for field in ("resources", "resizePolicy"):
        if field in given:
            resized[field] = given[field]
    return resized


def check(report: Report, obj: dict, old: dict | None) -> None:
    """Only cpu and memory may change, within the QoS class (ValidatePodResize)."""
    spec, before = obj["spec"], (old or obj)["spec"]
    pod_spec(report, "spec", spec, is_pod=True)
    for field in _RESIZED:
        for index, (now, was) in enumerate(zip(spec.get(field) or (), before.get(field) or (), strict=True)):
            _check_container(report, f"spec.{field}[{index}].resources", now, was)
    now_class = qos_class(spec)
    if now_class != qos_class(before):
        report.invalid("spec", now_class, "Pod QOS Class may not change as a result of resizing")


def _check_container(report: Report, path: str, now: dict, was: dict) -> None:
    for side in ("limits", "requests"):
        after, earlier = ((container.get("resources") or {}).get(side) or {} for container in (now, was))
        if any(name in earlier and name not in after for name in _MUTABLE):
            report.forbidden(f"{path}.{side}", f"resource {side} cannot be removed")
        others = {name for name in {*after, *earlier} - {*_MUTABLE} if after.get(name) != earlier.get(name)}
        if others:
            report.forbidden("spec", "only cpu and memory resources are mutable")
