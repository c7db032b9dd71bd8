"""MutatingAdmissionPolicy: a stage of the chain (policy/mutating/dispatcher.go)."""

import copy

from loopkube.api.chain.attributes import Attributes, Called
from loopkube.api.outside import Outside
from loopkube.api.policies.budget import Budget, Failed, OutOfBudget
from loopkube.api.policies.compiled import Compiled, Mutation
from loopkube.api.policies.inputs import inputs
from loopkube.api.policies.invocation import Invocation, conditions_hold, invocations, namespace_for
from loopkube.api.policies.patching import applied, operations, patched
from loopkube.api.policies.refusals import Refusal, Refuse, by_mutation
from loopkube.api.policies.source import Hook, Policies
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.versions import as_requested, as_seen
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.expressions import PER_REQUEST
from loopkube.kinds.shared.patience import patience

NAME = "MutatingAdmissionPolicy"


class MutatingPolicies:
    """A stage of the chain."""

    def __init__(self, policies: Policies, converter: Converter, kinds: Kinds) -> None:
        self._policies, self._converter, self._kinds = policies, converter, kinds

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Changes the object policy by policy; a second round calls those that ask for it. Raises ApiError."""
        if attributes.obj is None:
            return
        again = attributes.reinvocation.of(NAME)
        if attributes.reinvocation.round:
            again.come_again(attributes.obj)
        refusals: list[Refusal] = []

        def refuse(hook: Hook, binding: dict | None, why: str, reason: str = "") -> None:
            if not hook.fails_open:
                by = f"'{hook.name}' with binding '{binding['metadata']['name']}'" if binding else f'"{hook.name}"'
                refusals.append((f"policy {by} denied request: {why}", reason))

        with patience():
            hooks = self._policies.hooks
            called = [one for hook in hooks for one in invocations(hook, attributes, self._kinds, refuse)]
            for one in called:
                if not attributes.reinvocation.round or one.key in again.again:
                    self._invoke(one, attributes, outside, again, refuse)
        again.leave(attributes.obj)
        if refusals:
            raise by_mutation(attributes, refusals)

    def _invoke(
        self, called: Invocation, attributes: Attributes, outside: Outside, again: Called, refuse: Refuse
    ) -> None:
        before = copy.deepcopy(attributes.obj)
        compiled = self._policies.compiled(called.hook)
        seen = as_seen(called.kind, attributes, self._converter, outside)
        try:
            bare = inputs(attributes, called.kind, *seen, called.param)
            if not conditions_hold(compiled.conditions, bare, fails_open=called.hook.fails_open):
                return
        except Failed as error:
            refuse(called.hook, called.binding, str(error), "Invalid")
            return
        for mutation in compiled.mutations:
            try:
                self._mutate(mutation, compiled, called, attributes, outside)
            except (Failed, OutOfBudget) as error:
                refuse(called.hook, called.binding, str(error), "Invalid")
        if attributes.obj != before:
            again.changed()
            attributes.reinvocation.needed = True
        if called.hook.spec.get("reinvocationPolicy") == "IfNeeded":
            again.called(called.key)

    def _mutate(
        self, mutation: Mutation, compiled: Compiled, called: Invocation, attributes: Attributes, outside: Outside
    ) -> None:
        """Raises Failed and OutOfBudget."""
        obj, old = as_seen(called.kind, attributes, self._converter, outside)
        budget = Budget(PER_REQUEST)
        given = inputs(attributes, called.kind, obj, old, called.param, namespace_for(attributes))
        made = mutation.expression.value(compiled.with_variables(given, budget), budget)
        assert obj is not None and attributes.obj is not None
        kind = attributes.body_kind or called.kind
        fresh = (
            applied(obj, made, kind) if mutation.patch_type == "ApplyConfiguration" else patched(obj, operations(made))
        )
        if fresh is None:
            return
        complete = as_requested(fresh, called.kind, attributes, self._converter, outside)
        attributes.obj.clear()
        attributes.obj.update(complete)
