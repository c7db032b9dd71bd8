"""ValidatingAdmissionPolicy: a stage of the chain (policy/validating/dispatcher.go and validator.go)."""

from typing import Any, NamedTuple

from loopkube.api.chain.attributes import Attributes
from loopkube.api.outside import Outside
from loopkube.api.policies.budget import Budget, Failed, OutOfBudget
from loopkube.api.policies.compiled import Compiled, Validation
from loopkube.api.policies.inputs import inputs
from loopkube.api.policies.invocation import Invocation, conditions_hold, invocations, namespace_for
from loopkube.api.policies.refusals import Refusal, Refuse, by_validation
from loopkube.api.policies.source import Hook, Policies
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.versions import as_seen
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.expressions import PER_REQUEST
from loopkube.kinds.shared.patience import patience

LONGEST_MESSAGE, LONGEST_ANNOTATION = 5 * 1024, 10 * 1024
DENY, WARN, AUDIT = "Deny", "Warn", "Audit"


class _Denied(NamedTuple):
    message: str
    reason: str = ""


class ValidatingPolicies:
    """A stage of the chain."""

    def __init__(self, policies: Policies, converter: Converter, kinds: Kinds) -> None:
        self._policies, self._converter, self._kinds = policies, converter, kinds

    def admit(self, attributes: Attributes, outside: Outside) -> None:
        """Asks every policy, then raises ApiError for those that deny; others warn, or leave an audit annotation."""
        refusals: list[Refusal] = []

        def refuse(hook: Hook, binding: dict | None, why: str, reason: str = "") -> None:
            by = f" with binding '{binding['metadata']['name']}'" if binding else ""
            refusals.append((f"ValidatingAdmissionPolicy '{hook.name}'{by} denied request: {why}", reason))

        def misconfigured(hook: Hook, binding: dict | None, why: str) -> None:
            if not hook.fails_open:
                refuse(hook, binding, why)

        with patience():
            for hook in self._policies.hooks:
                for called in invocations(hook, attributes, self._kinds, misconfigured):
                    for denied in self._evaluate(called, attributes, outside):
                        self._act(called, denied, attributes, refuse)
        if refusals:
            raise by_validation(attributes, refusals)

    def _act(self, called: Invocation, denied: _Denied, attributes: Attributes, refuse: Refuse) -> None:
        binding, policy = called.binding["metadata"]["name"], called.hook.name
        for action in called.binding["spec"].get("validationActions") or ():
            if action == DENY:
                refuse(called.hook, called.binding, denied.message, denied.reason)
            elif action == WARN:
                by = f"ValidatingAdmissionPolicy '{policy}' with binding '{binding}'"
                attributes.warnings.append(f"Validation failed for {by}: {denied.message}")
            elif action == AUDIT:
                attributes.audit_annotations["validation.policy.admission.k8s.io/validation_failure"] = denied.message

    def _evaluate(self, called: Invocation, attributes: Attributes, outside: Outside) -> list[_Denied]:
        seen = as_seen(called.kind, attributes, self._converter, outside)
        compiled = self._policies.compiled(called.hook)
        fails_open = called.hook.fails_open
        try:
            bare = inputs(attributes, called.kind, *seen, called.param)
            if compiled.conditions and not conditions_hold(compiled.conditions, bare, fails_open=fails_open):
                return []
            given = bare | inputs(attributes, called.kind, *seen, called.param, namespace_for(attributes))
            return _judged(compiled, given, called, attributes)
        except (Failed, OutOfBudget) as error:
            return [] if fails_open else [_Denied(str(error))]


def _judged(compiled: Compiled, given: dict[str, Any], called: Invocation, attributes: Attributes) -> list[_Denied]:
    """Raises OutOfBudget."""
    budget, fails_open = Budget(PER_REQUEST), called.hook.fails_open
    variables = compiled.with_variables(given, budget)
    denied: list[_Denied] = []
    for validation in compiled.validations:
        try:
            holds = validation.expression.value(variables, budget)
        except Failed as error:
            denied += [] if fails_open else [_Denied(str(error))]
            continue
        if holds is not True:
            reason = validation.declared.get("reason") or "Invalid"
            denied.append(_Denied(_message(validation, variables, budget), reason))
    return denied + _annotate(compiled, given, called, attributes)


def _message(validation: Validation, variables: dict[str, Any], budget: Budget) -> str:
    said = ""
    if validation.message:
        try:
            evaluated = validation.message.value(variables, budget)
        except Failed:
            evaluated = ""
        except OutOfBudget as error:
            return f"failed messageExpression: {error}"
        said = evaluated.strip() if isinstance(evaluated, str) else ""
        if len(said.encode()) > LONGEST_MESSAGE or "\n" in said:
            said = ""
    declared = validation.declared
    return said or (declared.get("message") or "").strip() or f"failed expression: {declared['expression'].strip()}"


def _annotate(compiled: Compiled, given: dict[str, Any], called: Invocation, attributes: Attributes) -> list[_Denied]:
    """Notes what the policy wants noted; an annotation that has no value denies, unless the policy fails open."""
    budget = Budget(PER_REQUEST)
    variables = compiled.with_variables(given, budget)
    denied: list[_Denied] = []
    for key, expression in compiled.annotations:
        try:
            value = expression.value(variables, budget)
        except Failed as error:
            denied += [] if called.hook.fails_open else [_Denied(str(error))]
            continue
        if isinstance(value, str) and value.strip():
            attributes.audit_annotations[f"{called.hook.name}/{key}"] = value.strip()[:LONGEST_ANNOTATION]
    return denied
