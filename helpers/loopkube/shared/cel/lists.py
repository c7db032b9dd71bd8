"""Functions of lists: Kubernetes' own and cel-go's list extension."""

from collections.abc import Callable, Iterable
from functools import cmp_to_key

from loopkube.shared.cel.operators import add
from loopkube.shared.cel.texts import index_of, last_index_of
from loopkube.shared.cel.values import Duration, EvalError, equal, no_overload

LONGEST_RANGE = 100_000


def _listed(values: object) -> list:
    if not isinstance(values, list):
        raise no_overload()
    return values


def is_sorted(values):
    """By `<`; raises EvalError for what is not comparable."""
    return all(not after < before for before, after in zip(_listed(values), values[1:], strict=False))


def total(values):
    """`sum()`: of numbers or durations, 0 for an empty list. Raises EvalError."""
    if not _listed(values):
        return 0
    result = values[0]
    for value in values[1:]:
        result = add(result, value)
    if not isinstance(result, int | float | Duration) or isinstance(result, bool):
        raise no_overload()
    return result


def _extreme(name: str, choose: Callable) -> Callable:
    def extreme(values):
        if not _listed(values):
            raise EvalError(f"{name} called on empty list")
        return choose(values)

    return extreme


def _index(matches: Callable[[list, object], Iterable[int]], otherwise: Callable) -> Callable:
    def index(values, item, *more):
        if not isinstance(values, list):
            return otherwise(values, item, *more)
        return next(iter(matches(values, item)), -1)

    return index


def slice_(values, start, end):
    """From `start` to before `end`; raises EvalError for indexes outside of the list."""
    if start < 0 or end < 0:
        raise EvalError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise EvalError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(values):
        raise EvalError(f"cannot slice({start}, {end}), list is length {len(values)}")
    return list(values[start:end])


def flatten(values, depth=1):
    """`depth` levels of lists in lists become one."""
    if depth < 0:
        raise EvalError("level must be non-negative")
    flat: list = []
    for value in values:
        flat += flatten(value, depth - 1) if isinstance(value, list) and depth else [value]
    return flat


def distinct(values):
    """The first of equal values, in their order; by CEL's equality, where 1 equals 1.0."""
    kept: list = []
    for value in values:
        if not any(equal(value, other) for other in kept):
            kept.append(value)
    return kept


def range_(count):
    """0 to before `count`. Raises EvalError beyond LONGEST_RANGE."""
    if count > LONGEST_RANGE:
        raise EvalError("lists.range size exceeds the limit")
    return list(range(count))


def _ordered(one, other) -> int:
    if type(one) is not type(other):
        raise EvalError("list elements must have the same type")
    return -1 if one < other else int(one > other)


def sort(values):
    return sorted(values, key=cmp_to_key(_ordered))


def _by_associated(values, keys):
    pairs = sorted(zip(keys, range(len(values)), strict=True), key=cmp_to_key(lambda a, b: _ordered(a[0], b[0])))
    return [values[index] for _, index in pairs]


def reverse(values):
    return values[::-1]


LISTS: dict[str, Callable] = {
    "isSorted": is_sorted,
    "sum": total,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "indexOf": _index(lambda vs, item: (i for i, v in enumerate(vs) if equal(v, item)), index_of),
    "lastIndexOf": _index(
        lambda vs, item: (i for i in range(len(vs) - 1, -1, -1) if equal(vs[i], item)), last_index_of
    ),
    "slice": slice_,
    "flatten": flatten,
    "sort": sort,
    "@sortByAssociatedKeys": _by_associated,
    "distinct": distinct,
    "reverse": reverse,
    "lists.range": range_,
    "cel.@mapInsert": lambda made, key, value=None: made | (key if isinstance(key, dict) else {key: value}),
}
