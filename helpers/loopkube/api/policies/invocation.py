"""Which policies a request is for, with which bindings and parameters; and their match conditions."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from loopkube.api.chain.attributes import Attributes
from loopkube.api.chain.matching import fits, matched, namespace_of
from loopkube.api.policies.budget import Budget, Expression, Failed, OutOfBudget
from loopkube.api.policies.params import BadConfiguration, params
from loopkube.api.policies.source import Hook
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.expressions import PER_MATCH_CONDITIONS


class Invocation(NamedTuple):
    """A policy to be evaluated: by one of its bindings, with one of its parameters."""

    hook: Hook
    binding: dict
    kind: Kind
    param: dict | None

    @property
    def key(self) -> str:
        """Tells one call from another: the policy, its binding, and the param that it is called with."""
        metadata = (self.param or {}).get("metadata") or {}
        names = (
            self.hook.name,
            self.binding["metadata"]["name"],
            metadata.get("namespace", ""),
            metadata.get("name", ""),
        )
        return "/".join(names)


def invocations(
    hook: Hook, attributes: Attributes, kinds: Kinds, refuse: Callable[[Hook, dict | None, str], None]
) -> Iterator[Invocation]:
    """`refuse` is told of what is wrong with the policy or a binding. Raises ApiError (404: no such namespace)."""
    kind = _seen_as(hook.spec.get("matchConstraints") or {}, attributes, kinds)
    if kind is None:
        return
    for binding in hook.bindings:
        match = binding["spec"].get("matchResources")
        if match is not None and _seen_as(match, attributes, kinds) is None:
            continue
        try:
            selected = params(hook.spec, binding["spec"], attributes, kinds)
        except BadConfiguration as error:
            refuse(hook, binding, f"failed to configure binding: {error}")
            continue
        for param in selected:
            yield Invocation(hook, binding, kind, param)


def _seen_as(match: dict, attributes: Attributes, kinds: Kinds) -> Kind | None:
    excluded = match.get("excludeResourceRules") or ()
    if any(_named(rule, attributes) and fits(rule, attributes, attributes.kind) for rule in excluded):
        return None
    rules = match.get("resourceRules")
    if not rules:  # a binding that only selects namespaces or objects
        return matched(match, [_EVERYTHING], attributes, kinds)
    return matched(match, [rule for rule in rules if _named(rule, attributes)], attributes, kinds)


_EVERYTHING = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*", "*"]}


def _named(rule: dict, attributes: Attributes) -> bool:
    names = rule.get("resourceNames")
    return not names or attributes.name in names


def namespace_for(attributes: Attributes) -> dict | None:
    """The namespace of the request; a namespace is in none."""
    if not attributes.namespace or attributes.is_namespace:
        return None
    return namespace_of(attributes)


def conditions_hold(
    conditions: list[tuple[str, Expression]], variables: dict[str, Any], *, fails_open: bool = False
) -> bool:
    """Whether all are true: one that is false decides, whatever is wrong with the others. Raises Failed."""
    budget, errors = Budget(PER_MATCH_CONDITIONS), []
    for _, condition in conditions:
        try:
            if condition.value(variables, budget) is False:
                return False
        except Failed as error:
            errors.append(str(error))
        except OutOfBudget as error:
            errors = [str(error)]
            break
    if errors and not fails_open:
        raise Failed(errors[0] if len(errors) == 1 else f"[{', '.join(dict.fromkeys(errors))}]")
    return not errors
