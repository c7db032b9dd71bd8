"""Union, difference and intersection of field sets."""

Set = dict[str, dict]
MEMBER = "."


def is_member(fields: Set) -> bool:
    """Whether the node itself is in the set, not only something below it."""
    return not fields or MEMBER in fields


def union(one: Set, other: Set) -> Set:
    """The fields that are in one of the two (structured-merge-diff's fieldpath.Set.Union)."""
    result = dict(one)
    for element, there in other.items():
        here = result.get(element)
        result[element] = there if here is None else _join(here, there)
    return result


def _join(here: Set, there: Set) -> Set:
    if here == there:
        return here
    if not here or not there:
        return {MEMBER: {}} | (here or there)
    return union(here, there)


def difference(one: Set, other: Set) -> Set:
    """The fields of `one` that are not in `other`."""
    result = {}
    for element, here in one.items():
        there = other.get(element)
        rest = here if there is None else _without(here, there)
        if rest is not None:
            result[element] = rest
    return result


def _without(here: Set, there: Set) -> Set | None:
    if not there:
        return _tidy({element: below for element, below in here.items() if element != MEMBER})
    if not here:
        return None if MEMBER in there else here
    return _tidy(difference(here, there))


def intersection(one: Set, other: Set) -> Set:
    """The fields that are in both (structured-merge-diff's fieldpath.Set.Intersection)."""
    result = {}
    for element, here in one.items():
        there = other.get(element)
        both = None if there is None else _both(here, there)
        if both is not None:
            result[element] = both
    return result


def _both(here: Set, there: Set) -> Set | None:
    if not here:
        return {} if is_member(there) else None
    if not there:
        return {} if MEMBER in here else None
    return _tidy(intersection(here, there))


def without_below(one: Set, other: Set) -> Set:
    """The fields of `one` that are neither in `other` nor below a field of `other`."""
    result = {}
    for element, here in one.items():
        there = other.get(element)
        if there is None:
            result[element] = here
        elif there and MEMBER not in there and here:
            rest = _tidy(without_below(here, there))
            if rest is not None:
                result[element] = rest
        elif there and MEMBER not in there:
            result[element] = here
    return result


def _tidy(fields: Set) -> Set | None:
    """A node as it is written: None where nothing is left, `{}` for a field with nothing below."""
    if not fields:
        return None
    return {} if len(fields) == 1 and MEMBER in fields else fields


def paths(fields: Set, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every field of the set, as the elements that lead to it."""
    result = []
    for element, below in fields.items():
        if element == MEMBER:
            continue
        here = (*before, element)
        if is_member(below):
            result.append(here)
        result += paths(below, here)
    return result
