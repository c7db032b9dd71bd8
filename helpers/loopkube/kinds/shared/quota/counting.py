"""What of a quota is used."""

from collections.abc import Callable, Iterable

from loopkube.kinds.shared.quota import scopes, usage
from loopkube.kinds.shared.quota.usage import Usage
from loopkube.shared import quantity


def hard(quota: dict) -> Usage:
    return (quota.get("spec") or {}).get("hard") or {}


def used(quota: dict, listed: Callable[[str], Iterable[dict]], names: Iterable[str] = ()) -> Usage:
    """{name: amount} for these names of the quota, or all; `listed` gives the namespace's objects of a resource."""
    names = set(names) or set(hard(quota))
    usages = [
        usage.of(resource, obj)
        for resource in {usage.resource_of(name) for name in names}
        for obj in listed(resource)
        if scopes.counts(quota, resource, obj)
    ]
    return dict.fromkeys(names, "0") | {name: amount for name, amount in usage.total(usages).items() if name in names}


def more(new: Usage, old: Usage) -> Usage:
    """What is used beyond `old`."""
    differences = {
        name: quantity.total([amount, f"-{old[name]}"]) if name in old else amount for name, amount in new.items()
    }
    return {name: amount for name, amount in differences.items() if quantity.parse(amount) > 0}
