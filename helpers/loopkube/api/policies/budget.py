"""One expression after another within what all of them may cost (plugin/cel/activation.go)."""

from typing import Any

from loopkube.kinds.shared.expressions import PER_CALL, meter
from loopkube.shared.cel.compiler import Program
from loopkube.shared.cel.values import CostExceeded, EvalError

OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"


class Failed(Exception):
    """The expression has no value; the text is upstream's."""


class OutOfBudget(Exception):
    """No further expression is evaluated."""

    def __init__(self) -> None:
        super().__init__(OUT_OF_BUDGET)


class Expression:
    """A compiled expression, or why it is none."""

    def __init__(self, text: str, program: Program | None, error: str = "") -> None:
        self.text, self.program, self.error = text, program, error

    def value(self, variables: dict[str, Any], budget: "Budget") -> Any:
        """Raises Failed and OutOfBudget."""
        if self.program is None:
            raise Failed(f"compilation error: {self.error}")
        try:
            return budget.spend_on(self.program, variables)
        except (EvalError, CostExceeded) as error:
            raise Failed(f"expression '{self.text}' resulted in error: {error}") from None


class Budget:
    """What is left for the expressions of one policy."""

    def __init__(self, cost: int) -> None:
        self.left = cost

    def spend_on(self, program: Program, variables: dict[str, Any]) -> Any:
        """The program's value; raises EvalError, and OutOfBudget when all programs together have cost too much."""
        used = meter(PER_CALL)
        try:
            return program.evaluate(variables, used)
        finally:
            self.left -= min(used.used, PER_CALL)
            if self.left < 0:
                raise OutOfBudget
