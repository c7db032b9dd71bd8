"""What a class has done in the clinic: who repaired what, how long it took, which wrong turns were taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from labcore.language.messages import joined, phrase, plural

from labtools.clinic import card, records, registry
from labtools.clinic.records import REPAIRED, Visit
from labtools.report.appendix import Grid
from labtools.report.clinic import TITLE
from labtools.report.members import Member


def by_report(members: Sequence[Member]) -> Grid:
    """One column per case: how it ended there for the first time, and after how long."""
    visits = {member.who: first_of_each(member) for member in members}
    names = _in_order({name for of_one in visits.values() for name in of_one})
    rows = [[who, *(_mark(of_one.get(name)) for name in names)] for who, of_one in visits.items() if of_one]
    return Grid(TITLE, [phrase("whose report"), *names], rows)


def by_case(members: Sequence[Member]) -> Grid:
    """One row per case: how many repaired it, how long that took, and what else they took it for."""
    visits = [visit for member in members for visit in first_of_each(member).values()]
    rows = []
    for name in _in_order({visit.case for visit in visits}):
        there = [visit for visit in visits if visit.case == name]
        took = [visit.seconds for visit in there if visit.end == REPAIRED]
        at_once = sum(visit.right_at_once for visit in there)
        middle = card.clock(round(median(took))) if took else phrase("-")
        wrong = _wrong_turns(name, there)
        rows.append([name, f"{len(took)} / {len(there)}", middle, f"{at_once} / {len(there)}", wrong])
    columns = [phrase("case"), phrase("repaired"), phrase("median time"), phrase("right at once")]
    return Grid("", [*columns, phrase("wrong diagnoses, the most frequent first")], rows)


def first_of_each(member: Member) -> dict[str, Visit]:
    data = member.report.get("clinic") or []
    return card.first_of_each(records.visit({"cluster": "", "began": 0, **each}) for each in data)


def _wrong_turns(name: str, visits: Iterable[Visit]) -> str:
    """By how many each was chosen; in words where this edition has the case."""
    counted = Counter(number for visit in visits for number in set(visit.wrong))
    known = {case.name: case.diagnoses for case in registry.every()}.get(name)
    told = [joined("", [_named(known, number), f" ({times})"]) for number, times in counted.most_common()]
    return joined(" · ", told) if told else phrase("-")


def _named(known: Sequence[str] | None, number: int) -> str:
    return known[number] if known else phrase("number {number}", number=number)


def _mark(visit: Visit | None) -> str:
    """`✓ 4:05`, and how many diagnoses were wrong before the right one."""
    if visit is None:
        return ""
    sign = "✓" if visit.end == REPAIRED else "✗"
    wrong = [plural("{number} wrong", "{number} wrong", len(visit.wrong))] if visit.wrong else []
    return joined(", ", [f"{sign} {card.clock(visit.seconds)}", *wrong])


def _in_order(names: Iterable[str]) -> list[str]:
    """As `lab clinic list` has them; those that this edition does not know last."""
    order = [case.name for case in registry.every()]
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))
