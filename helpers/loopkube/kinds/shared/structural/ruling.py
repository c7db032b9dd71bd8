"""Objects judged by the rules of their schema; texts and order are those of apiextensions-apiserver's schema/cel."""

from collections.abc import Iterator

from loopkube.kinds.shared.expressions import PER_CALL, PER_REQUEST, meter
from loopkube.kinds.shared.structural import correlation
from loopkube.kinds.shared.structural.correlation import GONE, Correlation
from loopkube.kinds.shared.structural.expression_types import typed, with_metadata
from loopkube.kinds.shared.structural.rules import Rule, Ruled
from loopkube.kinds.shared.structural.scalars import Errors
from loopkube.shared.cel.meter import Lazy
from loopkube.shared.cel.values import NONE, CostExceeded, EvalError, Maybe
from loopkube.shared.status import DUPLICATE, FORBIDDEN, INVALID, OMITTED, REQUIRED, FieldError

LONGEST_MESSAGE = 5 * 1024
_OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"
_REASONS = {"FieldValueForbidden": FORBIDDEN, "FieldValueRequired": REQUIRED, "FieldValueDuplicate": DUPLICATE}


class _Over(Exception):
    """No further rules are run."""


class Ruling:
    """One object under its rules: `errors` refuse it, `warnings` are about what an update has left as it was."""

    def __init__(self) -> None:
        self.errors: Errors = []
        self.warnings: list[str] = []
        self._budget = PER_REQUEST

    def judge(self, rules: Ruled, value: object, old: object) -> None:
        """Everything wrong with `value`; `old` is what it replaces, or GONE."""
        try:
            self._level(rules, value, "", old, Correlation(value, old))
        except _Over:
            pass

    def _level(self, rules: Ruled, value: object, path: str, old: object, beside: Correlation) -> None:
        if value is None:
            return
        self._rules(rules, value, path, old, beside)
        for part in rules.all_of:
            self._level(part, value, path, old, beside.forget())
        for below, inner, there, before in _below(rules, value, path, old):
            correlated = before
            if isinstance(value, dict) and not path and there in ("apiVersion", "kind"):
                correlated = GONE
            self._level(below, inner, there, before, beside.below(inner, correlated))

    def _rules(self, rules: Ruled, value: object, path: str, old: object, beside: Correlation) -> None:
        schema = with_metadata(rules.schema) if rules.resource else rules.schema
        kind = schema.get("type", "")
        variables: dict = {"self": Lazy(lambda: typed(value, schema))}
        known = old is not GONE and old is not None
        for rule in rules.rules:
            if self._budget <= 0:
                self._end(path, kind, _OUT_OF_BUDGET)
            if rule.error:
                self._refuse(path, kind, f"rule compile error: {rule.error}")
            elif rule.program and (known or rule.optional_old or not rule.uses_old):
                before = typed(old, schema) if known and rule.uses_old else None
                if rule.optional_old:
                    before = Maybe(True, before) if known else NONE
                self._rule(rule, variables | {"oldSelf": before}, value, path, kind, beside)

    def _refuse(self, path: str, value: object, detail: str) -> None:
        self.errors.append(FieldError(INVALID, path or "<nil>", value, detail))

    def _end(self, path: str, kind: str, detail: str) -> None:
        self._refuse(path, kind, detail)
        raise _Over

    def _rule(self, rule: Rule, variables: dict, value: object, path: str, kind: str, beside: Correlation) -> None:
        used = meter(PER_CALL)
        try:
            holds = rule.program.evaluate(variables, used)  # type: ignore[union-attr]
        except CostExceeded as error:
            over = "no further validation rules will be run due to call cost exceeds limit for rule"
            self._end(path, kind, f"'{error}': {over}: {rule.name}")
        except EvalError as error:
            self._spend(used.used, path, kind, _OUT_OF_BUDGET)
            self._refuse(path, kind, _cannot(error, rule))
            return
        self._spend(used.used, path, kind, _OUT_OF_BUDGET)
        if holds is True:
            return
        where = f"{path}.{rule.field_path}" if path and rule.field_path else path or rule.field_path
        detail = self._message(rule, variables, where, kind) or _message(rule)
        told = OMITTED if kind in ("object", "array") else value
        complaint = FieldError(_REASONS.get(rule.declared.get("reason", ""), INVALID), where or "<nil>", told, detail)
        if not rule.uses_old and beside.unchanged:
            self.warnings.append(f"{complaint.field}: {complaint.body}")
        else:
            self.errors.append(complaint)

    def _spend(self, cost: int, path: str, kind: str, message: str) -> None:
        if cost > self._budget:
            self._end(path, kind, message)
        self._budget -= cost

    def _message(self, rule: Rule, variables: dict, path: str, kind: str) -> str:
        """What the rule's messageExpression says; nothing where that is not fit to be told."""
        if not rule.message:
            return ""
        used, source = meter(PER_CALL), rule.declared["messageExpression"]
        try:
            said = rule.message.evaluate(variables, used)
        except CostExceeded:
            over = "no further validation rules will be run due to call cost exceeds limit for messageExpression"
            self._end(path, kind, f'{over}: "{source}"')
        except EvalError:
            return ""
        why = "messageExpression evaluation failed due to running out of cost budget"
        self._spend(used.used, path, kind, f"{why}, no further validation rules will be run")
        said = said.strip() if isinstance(said, str) else ""
        return "" if len(said.encode()) > LONGEST_MESSAGE or "\n" in said else said


def _below(rules: Ruled, value: object, path: str, old: object) -> Iterator[tuple[Ruled, object, str, object]]:
    """(rules, value, path, old value) of everything one level down that has rules."""
    if isinstance(value, list):
        for index, item in enumerate(value if rules.items else ()):
            yield rules.items, item, f"{path}[{index}]", correlation.item(old, item, rules.schema)  # type: ignore[misc]
    elif isinstance(value, dict):
        for name, inner in value.items():
            below = rules.properties.get(name)
            before = correlation.field(old, name, rules.schema)
            if rules.more:
                yield rules.more, inner, f"{path}[{name}]", before
            elif below:
                yield below, inner, f"{path}.{name}" if path else name, before


def _message(rule: Rule) -> str:
    declared = rule.declared.get("message")
    return declared.strip() if declared else f"failed rule: {rule.name}"


def _cannot(error: EvalError, rule: Rule) -> str:
    if str(error).startswith("no such overload"):
        why = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {why}: {rule.name}"
    return f"{error} evaluating rule: {rule.name}"
