"""What a person reads of a migration: Ingress by Ingress, as counts, and the whole table."""

from collections.abc import Iterator, Sequence

from labcore.language.messages import filled, joined, phrase, plural
from labcore.language.text_width import padded, width

from labtools.migrate.migration import Migration
from labtools.migrate.plan import Plan, Use
from labtools.migrate.table import ABSENT, CANDIDATES, DIFFERENT, SAME, UNSEEN, VERDICTS, Verdict, annotations

WORDS = {SAME: phrase("same"), DIFFERENT: phrase("different"), ABSENT: phrase("absent"), UNSEEN: phrase("unseen")}
_LONGEST = 60  # letters of a value


def ingresses(found: Migration, candidates: Sequence[str]) -> Iterator[str]:
    """Each Ingress with each of its annotations, and what becomes of them."""
    plans = {c: {plan.found.title: plan for plan in found.plans[c]} for c in candidates}
    for one in found.given.ingresses:
        yield phrase("Ingress {name} ({where})", name=one.title, where=one.where)
        if not one.said:
            yield "  " + str(phrase("It has no annotation of ingress-nginx."))
        for name, value in one.said.items():
            yield f"  {name}: {_short(value)}"
            yield from _columns([_row(c, plans[c][one.title].uses[name]) for c in candidates])
        for candidate in candidates:
            yield from _of_plan(candidate, plans[candidate][one.title])
        yield ""


def _row(candidate: str, use: Use) -> list[str]:
    return [f"    {candidate}", str(WORDS[use.verdict]), _why(use.becomes, use.why) + _case(use.proved)]


def _why(becomes: str, why: str) -> str:
    return str(joined(": ", [part for part in (becomes, why) if part]))


def _of_plan(candidate: str, plan: Plan) -> Iterator[str]:
    for why in plan.refused:
        yield "  " + str(phrase("Not written for {candidate}: {why}", candidate=candidate, why=why))
    for why in plan.differs:
        yield "  " + str(phrase("Different on {candidate}: {why}", candidate=candidate, why=why))


def beside(found: Migration) -> Iterator[str]:
    """What no single annotation says, and what was left."""
    for note in found.notes:
        yield str(phrase("Note on {about}: {text}", about=note.about, text=note.text))
    if any("proxy-body-size" not in one.said for one in found.given.ingresses):
        yield str(_LIMIT)
    for left in found.given.left:
        yield str(phrase("Left as it is: {where}: {why}", where=left.where, why=left.why))


def audit(found: Migration, candidates: Sequence[str]) -> Iterator[str]:
    """How often each annotation is used, and how its uses are answered."""
    uses = {candidate: found.uses(candidate) for candidate in candidates}
    names = sorted({use.name for use in uses[candidates[0]]})
    rows = [[str(phrase("annotation")), str(phrase("uses")), *candidates]]
    for name in names:
        row = [name, str(sum(use.name == name for use in uses[candidates[0]]))]
        rows.append([*row, *(_verdicts([u.verdict for u in uses[c] if u.name == name]) for c in candidates)])
    yield from _columns(rows)
    yield ""
    for candidate in candidates:
        yield total(found, candidate)


def _verdicts(verdicts: Sequence[str]) -> str:
    """One word where all are the same, else each with its number."""
    counted = [(word, verdicts.count(word)) for word in VERDICTS if word in verdicts]
    if len(counted) == 1:
        return str(WORDS[counted[0][0]])
    return ", ".join(f"{number} {WORDS[word]}" for word, number in counted)


def total(found: Migration, candidate: str) -> str:
    """One candidate in one sentence; what no request shows in another."""
    counts, plans = found.counts(candidate), found.plans[candidate]
    sentences = [
        phrase(
            "{candidate}: {same} same, {different} different, {absent} absent; {kept} of {ingresses} can be written.",
            candidate=candidate,
            same=counts[SAME],
            different=counts[DIFFERENT],
            absent=counts[ABSENT],
            kept=sum(not plan.refused for plan in plans),
            ingresses=plural("{number} Ingress", "{number} Ingresses", len(plans)),
        )
    ]
    if counts[UNSEEN]:
        sentences.append(
            plural("{number} is kept, and no request shows its effect.",
                   "{number} are kept, and no request shows their effect.", counts[UNSEEN])
        )  # fmt: skip
    return " ".join(map(str, sentences))


def whole_table(candidates: Sequence[str] = CANDIDATES) -> Iterator[str]:
    """Every annotation of ingress-nginx v1.15.1."""
    known = annotations()
    claimed = [v for one in known.values() for c in candidates if (v := one.verdicts[c]).verdict in (SAME, DIFFERENT)]
    for one in known.values():
        yield one.name
        yield from _columns([_entry(candidate, one.verdicts[candidate]) for candidate in candidates])
    yield ""
    for candidate in candidates:
        verdicts = [one.verdicts[candidate].verdict for one in known.values()]
        yield f"{candidate}: " + ", ".join(f"{verdicts.count(word)} {WORDS[word]}" for word in VERDICTS)
    yield str(filled(_PROVED, number=len(claimed)))


_LIMIT = phrase(
    "Beside the annotations: without proxy-body-size nginx answers a body of more than 1 MB with 413, and no candidate "
    "does. What the controller's ConfigMap says is not read."
)
_PROVED = phrase(
    "Each of the {number} verdicts `same` and `different` was shown by a replayed request; its case is named. "
    "`unseen`: no request shows whether the annotation does the same, for the reason that is given."
)


def _entry(candidate: str, verdict: Verdict) -> list[str]:
    why = _why(verdict.becomes, verdict.sentence) + _case(verdict.proved)
    return [f"  {candidate}", str(WORDS[verdict.verdict]), why]


def _case(name: str | None) -> str:
    """The request that showed it, by the name of its case."""
    return str(phrase(" (case {name})", name=name)) if name else ""


def _short(value: str) -> str:
    first, *more = value.strip().splitlines() or [""]
    return first[:_LONGEST] + (" ..." if more or len(first) > _LONGEST else "")


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
