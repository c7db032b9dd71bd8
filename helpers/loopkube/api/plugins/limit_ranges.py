"""LimitRanger: gives containers the requests and limits of their namespace's LimitRanges, and holds Pods to them.

`admit` fills in, before others look at the object; `check` refuses, when nobody changes it any more.
"""

from collections.abc import Iterator

from loopkube.api.plugins.review import Review
from loopkube.kinds.shared.quota import usage
from loopkube.shared import quantity

_ANNOTATION = "kubernetes.io/limit-ranger"
CLAIMS = usage.CLAIMS
_CONTAINER, _POD, _CLAIM = "Container", "Pod", "PersistentVolumeClaim"


def admit(review: Review) -> None:
    """Fills in the defaults of the namespace's LimitRanges, before anybody validates (upstream's LimitRanger)."""
    if not review.creates_pod:
        return
    defaults: dict[str, dict] = {"requests": {}, "limits": {}}
    for limit in _limits(review, _CONTAINER):
        defaults["requests"] = limit.get("defaultRequest", {}) | defaults["requests"]
        defaults["limits"] = limit.get("default", {}) | defaults["limits"]
    if not any(defaults.values()):
        return
    spec, told = review.obj["spec"], []
    for field, called in (("containers", "container"), ("initContainers", "init container")):
        for container in spec.get(field) or ():
            told += [f"{line} for {called} {container['name']}" for line in _fill(container, defaults)]
    if told:
        annotations = review.obj["metadata"].setdefault("annotations", {})
        annotations[_ANNOTATION] = f"LimitRanger plugin set: {'; '.join(told)}"


def _fill(container: dict, defaults: dict[str, dict]) -> Iterator[str]:
    for side, default in defaults.items():
        present = (container.get("resources") or {}).get(side) or {}
        added = {name: default[name] for name in sorted(default) if name not in present}
        if added:
            container.setdefault("resources", {})[side] = present | added
            yield f"{', '.join(added)} {side.removesuffix('s')}"


def check(review: Review) -> None:
    """Raises 403 with all that is below a minimum, above a maximum or out of ratio."""
    complaints: list[str] = []
    if review.creates_pod:
        complaints = list(_pod(review))
    elif review.kind.resource == CLAIMS and not review.subresource:
        resources = review.obj["spec"].get("resources") or {}
        for limit in _limits(review, _CLAIM):
            complaints += _least(limit, resources)
            complaints += _most(
                limit, {"requests": resources.get("requests"), "limits": resources.get("requests")}, "request"
            )
    if complaints:
        why = complaints[0] if len(complaints) == 1 else f"[{', '.join(dict.fromkeys(complaints))}]"
        raise review.forbidden(why)


def _pod(review: Review) -> Iterator[str]:
    spec = review.obj["spec"]
    for limit in _limits(review, _CONTAINER):
        for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
            yield from _broken(limit, container.get("resources") or {})
    for limit in _limits(review, _POD):
        yield from _broken(limit, {side: _of_all(spec, side) for side in ("requests", "limits")})


def _of_all(spec: dict, side: str) -> dict:
    """The Pod's amounts of those resources that every container names."""
    each = [(container.get("resources") or {}).get(side) or {} for container in spec.get("containers") or ()]
    return {name: amount for name, amount in usage.side_of(spec, side).items() if all(name in one for one in each)}


def _broken(limit: dict, resources: dict) -> Iterator[str]:
    yield from _least(limit, resources)
    yield from _most(limit, resources, "limit")
    yield from _ratio(limit, resources)


def _least(limit: dict, resources: dict) -> Iterator[str]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name, least in sorted(limit.get("min", {}).items()):
        begin = f"minimum {name} usage per {limit['type']} is {least}"
        if name not in requests:
            yield f"{begin}.  No request is specified"
        elif quantity.parse(requests[name]) < quantity.parse(least):
            yield f"{begin}, but request is {requests[name]}"
        elif name in limits and quantity.parse(limits[name]) < quantity.parse(least):
            yield f"{begin}, but limit is {limits[name]}"


def _most(limit: dict, resources: dict, asked: str) -> Iterator[str]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name, most in sorted(limit.get("max", {}).items()):
        begin = f"maximum {name} usage per {limit['type']} is {most}"
        if name not in limits:
            yield f"{begin}.  No {asked} is specified"
        elif quantity.parse(limits[name]) > quantity.parse(most):
            yield f"{begin}, but {asked} is {limits[name]}"
        elif name in requests and quantity.parse(requests[name]) > quantity.parse(most):
            yield f"{begin}, but request is {requests[name]}"


def _ratio(limit: dict, resources: dict) -> Iterator[str]:
    for name, most in sorted(limit.get("maxLimitRequestRatio", {}).items()):
        begin = f"{name} max limit to request ratio per {limit['type']} is {most}"
        request, allowed = (
            quantity.parse((resources.get(side) or {}).get(name, "0")) for side in ("requests", "limits")
        )
        if not request:
            yield f"{begin}, but no request is specified or request is 0"
        elif not allowed:
            yield f"{begin}, but no limit is specified or limit is 0"
        elif allowed / request > quantity.parse(most):
            yield f"{begin}, but provided ratio is {float(allowed / request):f}"


def _limits(review: Review, type: str) -> Iterator[dict]:
    for limit_range in review.lookup.list("limitranges", review.obj["metadata"].get("namespace", "")):
        yield from (limit for limit in limit_range["spec"].get("limits") or () if limit.get("type") == type)
