"""A checked expression as closures: each node becomes a function of the variables and of the meter."""

from collections.abc import Iterable

from loopkube.shared.cel.access import get, has, variable
from loopkube.shared.cel.forms import SPECIAL, or_value, plain_call
from loopkube.shared.cel.functions import FUNCTIONS
from loopkube.shared.cel.meter import Meter, Raised, Step, Variables
from loopkube.shared.cel.syntax import Call, Checked, Const, Fold, Ident, MakeList, MakeStruct, Node, Select
from loopkube.shared.cel.values import EvalError, Maybe, Struct, no_overload


def build(checked: Checked) -> Step:
    """The expression, ready to run."""
    return _Builder(checked.references).node(checked.root)


class _Builder:
    def __init__(self, references: dict[int, str]) -> None:
        self._references = references

    def node(self, node: Node) -> Step:
        if isinstance(node, Const):
            value = node.value
            return lambda variables, meter: value
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _ident(self, node: Ident) -> Step:
        name = node.name.removeprefix(".")
        return lambda variables, meter: variable(variables, name, meter)

    def _select(self, node: Select) -> Step:
        resolved = self._references.get(node.id)
        if resolved and not node.test:
            return lambda variables, meter: variable(variables, resolved, meter)
        operand, field = self.node(node.operand), node.field
        if node.test:
            return lambda variables, meter: has(operand(variables, meter), field)

        def select(variables: Variables, meter: Meter) -> object:
            value = operand(variables, meter)
            meter.spend(1)
            return get(value, field)

        return select

    def _call(self, node: Call) -> Step:
        special = SPECIAL.get(node.function)
        args = node.args
        if special and node.target is None:
            return special(*(self.node(arg) for arg in args))
        name = node.function
        if node.target is not None:
            qualified = f"{_dotted(node.target)}.{name}"
            if qualified in FUNCTIONS:
                name = qualified
            elif node.function in ("orValue", "or"):
                return or_value(self.node(node.target), self.node(args[0]), node.function == "or")
            else:
                args = [node.target, *args]
        return plain_call(name, [self.node(arg) for arg in args])

    def _makelist(self, node: MakeList) -> Step:
        items, optional = [self.node(item) for item in node.items], node.optional

        def make(variables: Variables, meter: Meter) -> list:
            meter.spend(10)
            made = []
            for index, item in enumerate(items):
                value = item(variables, meter)
                if index not in optional:
                    made.append(value)
                elif isinstance(value, Maybe) and value.present:
                    made.append(value.value)
            return made

        return make

    def _makestruct(self, node: MakeStruct) -> Step:
        entries = [
            (self.node(e.key) if not isinstance(e.key, str) else None, e.key, self.node(e.value), e.optional)
            for e in node.entries
        ]
        name = node.name.removeprefix(".")

        def make(variables: Variables, meter: Meter) -> dict:
            meter.spend(40 if name else 30)
            made: dict = Struct() if name else {}
            if name:
                made.type_name = name  # type: ignore[attr-defined]
            for key, literal, value, optional in entries:
                at, inner = key(variables, meter) if key else literal, value(variables, meter)
                if optional:
                    if not inner.present:
                        continue
                    inner = inner.value
                made[at] = inner
            return made

        return make

    def _fold(self, node: Fold) -> Step:
        over, start, condition = self.node(node.range), self.node(node.start), self.node(node.condition)
        step, result, keep = self.node(node.step), self.node(node.result), node.accumulator

        def fold(variables: Variables, meter: Meter) -> object:
            inner = dict(variables)
            inner[keep] = start(variables, meter)
            for first, second in _each(over(variables, meter), bool(node.second)):
                inner[node.first] = first
                if node.second:
                    inner[node.second] = second
                meter.spend(1)
                if condition(inner, meter) is False:
                    break
                try:
                    inner[keep] = step(inner, meter)
                except EvalError as error:
                    inner[keep] = Raised(error)
            return result(inner, meter)

        return fold


def _each(value: object, two: bool) -> Iterable[tuple[object, object]]:
    if isinstance(value, list):
        return enumerate(value) if two else ((item, None) for item in value)
    if isinstance(value, dict):
        return value.items() if two else ((key, None) for key in value)
    raise no_overload()


def _dotted(node: Node) -> str:
    if isinstance(node, Ident):
        return node.name
    return f"{_dotted(node.operand)}.{node.field}" if isinstance(node, Select) else "?"
