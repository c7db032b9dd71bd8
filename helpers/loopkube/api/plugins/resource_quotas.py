"""ResourceQuota: lets nothing in that would use more than a namespace's quotas allow.

What is used is counted here and now, so that no two requests are let in on the same room; the status that
controllers.resource_quotas writes is what people read. It is the last plugin, as in kube-apiserver.
"""

from collections.abc import Iterable

from loopkube.api.plugins.review import Review
from loopkube.kinds.shared.quota import counting, scopes, usage
from loopkube.shared import quantity

_MEASURED_ON_UPDATE = (usage.SERVICES, usage.CLAIMS)


def admit(review: Review) -> None:
    """Raises 403 where an amount would go beyond a quota (upstream's ResourceQuota)."""
    if not review.kind.namespaced or not _is_measured(review):
        return
    quotas = review.lookup.list("resourcequotas", review.obj["metadata"].get("namespace", ""))
    if not quotas:
        return
    resource = review.kind.resource
    asked = usage.of(resource, review.obj)
    if review.old is not None:
        asked = counting.more(asked, usage.of(resource, review.old))
    for quota in quotas:
        if scopes.counts(quota, resource, review.obj):
            _admit(review, quota, asked)


def _is_measured(review: Review) -> bool:
    if review.kind.resource == usage.PODS and review.subresource == "resize":
        return True
    return not review.subresource and (review.old is None or review.kind.resource in _MEASURED_ON_UPDATE)


def _admit(review: Review, quota: dict, asked: usage.Usage) -> None:
    hard, name = counting.hard(quota), quota["metadata"]["name"]
    if review.kind.resource == usage.PODS:
        missing = _unspecified(review.obj["spec"], hard)
        if missing:
            raise review.forbidden(f"failed quota: {name}: must specify {'; '.join(missing)}")
    counted = {each: amount for each, amount in asked.items() if each in hard and quantity.parse(amount)}
    if not counted:
        return
    namespace = review.obj["metadata"].get("namespace", "")
    used = counting.used(quota, lambda resource: review.lookup.list(resource, namespace), counted)
    over = [
        each
        for each, amount in sorted(counted.items())
        if quantity.parse(amount) + quantity.parse(used[each]) > quantity.parse(hard[each])
    ]
    if over:
        requested, present, limited = (_shown(amounts, over) for amounts in (counted, used, hard))
        why = f"exceeded quota: {name}, requested: {requested}, used: {present}, limited: {limited}"
        raise review.forbidden(why)


def _unspecified(spec: dict, hard: usage.Usage) -> list[str]:
    """`cpu for: a,b` of each resource that containers have to specify and do not."""
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    specified = {each["name"]: usage.of_container(each.get("resources") or {}) for each in containers}
    complaints = []
    for name in sorted(set(usage.ASKED_OF_EACH) & set(hard)):
        without = sorted(container for container, names in specified.items() if name not in names)
        if without:
            complaints.append(f"{name} for: {','.join(without)}")
    return complaints


def _shown(amounts: usage.Usage, names: Iterable[str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in names)
