"""A policy ready to run: its expressions compiled, its variables lazy."""

from typing import Any, NamedTuple

from loopkube.api.policies.budget import Budget, Expression
from loopkube.kinds.shared.policy_expressions import ANY, OBJECT, PATCHES, Declared
from loopkube.shared.cel.compiler import CompileError
from loopkube.shared.cel.meter import Lazy, Raised
from loopkube.shared.cel.values import CostExceeded, EvalError, Fields, no_key

BOOL, STRING = ("bool",), ("string",)
_PATCHES = {"ApplyConfiguration": ("applyConfiguration", OBJECT), "JSONPatch": ("jsonPatch", PATCHES)}


class Validation(NamedTuple):
    declared: dict
    expression: Expression
    message: Expression | None


class Mutation(NamedTuple):
    patch_type: str
    expression: Expression


class Variables(Fields):
    """`variables`: each is computed when it is first asked for."""

    cel_type = "map"

    def __init__(self, lazy: dict[str, Lazy]) -> None:
        self._lazy = lazy

    def field(self, name: str) -> object:
        """The variable's value, computed at its first use. Raises EvalError: its own, or for an unknown name."""
        if name not in self._lazy:
            raise no_key(name)
        value = self._lazy[name].get()
        if isinstance(value, Raised):
            raise value.error
        return value

    def has(self, name: str) -> bool:
        return name in self._lazy


class Compiled:
    """The expressions of one policy."""

    def __init__(self, policy: dict) -> None:
        spec = policy.get("spec") or {}
        declared = Declared(spec.get("paramKind") is not None)
        self.conditions = [
            (condition.get("name", ""), _compiled(declared, condition.get("expression", ""), BOOL))
            for condition in spec.get("matchConditions") or ()
        ]
        self._variables: list[tuple[str, Expression]] = []
        for variable in spec.get("variables") or ():
            self._variable(variable, declared)
        self.validations = [_validation(declared, entry) for entry in spec.get("validations") or ()]
        self.annotations = [
            (
                entry.get("key", ""),
                _compiled(declared, entry.get("valueExpression", "").strip(), ("string", "null_type")),
            )
            for entry in spec.get("auditAnnotations") or ()
        ]
        self.mutations = [_mutation(declared, entry) for entry in spec.get("mutations") or ()]

    def _variable(self, variable: dict, declared: Declared) -> None:
        name, text = variable.get("name", ""), variable.get("expression", "")
        type = "dyn"
        try:
            program = declared.compile(text, (ANY,))
            type = program.type
            self._variables.append((name, Expression(text, program)))
        except CompileError as error:
            self._variables.append((name, Expression(text, None, str(error))))
        declared.add(name, type)

    def with_variables(self, given: dict[str, Any], budget: Budget) -> dict[str, Any]:
        """What the expressions of the policy are given: `given`, and its own variables."""
        lazy: dict[str, Lazy] = {}
        activation = given | {"variables": Variables(lazy)}
        for name, expression in self._variables:
            lazy[name] = Lazy(_computation(expression, activation, budget))
            activation[f"variables.{name}"] = lazy[name]
        return activation


def _computation(expression: Expression, variables: dict[str, Any], budget: Budget):
    def compute() -> object:
        if expression.program is None:
            raise EvalError(f"composited variable {expression.text!r} fails to compile: {expression.error}")
        try:
            return budget.spend_on(expression.program, variables)
        except CostExceeded as error:
            raise EvalError(str(error)) from None
        except EvalError as error:
            raise EvalError(f"composited variable {expression.text!r} fails to evaluate: {error}") from None

    return compute


def _compiled(
    declared: Declared, text: str, returns: tuple[str, ...], *, patches: bool = False, authorizer: bool = True
) -> Expression:
    try:
        return Expression(text, declared.compile(text, returns, patches=patches, authorizer=authorizer))
    except CompileError as error:
        return Expression(text, None, str(error))


def _validation(declared: Declared, entry: dict) -> Validation:
    said = entry.get("messageExpression")
    message = _compiled(declared, said, STRING, authorizer=False) if said else None
    return Validation(entry, _compiled(declared, entry.get("expression", ""), BOOL), message)


def _mutation(declared: Declared, entry: dict) -> Mutation:
    kind = entry.get("patchType", "")
    field, type = _PATCHES.get(kind, ("", ANY))
    text = (entry.get(field) or {}).get("expression", "")
    return Mutation(kind, _compiled(declared, text, (type,), patches=True))
