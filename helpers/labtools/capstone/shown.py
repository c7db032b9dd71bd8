"""What `lab capstone` prints: each aspect with its count, and below it what was seen otherwise."""

from collections.abc import Iterator

from labcore.language.messages import phrase
from labcore.language.text_width import padded, width

from labtools.capstone import record, traffic
from labtools.capstone.judging import Judgement
from labtools.capstone.traffic import Traffic
from labtools.capstone.verdict import ASPECTS, PARTS, Verdict


def judgement(found: Judgement) -> Iterator[str]:
    """Line by line."""
    widest = max(width(str(name)) for name in ASPECTS.values())
    for aspect in PARTS[found.part]:
        verdicts = [verdict for verdict in found.verdicts if verdict.aspect == aspect]
        wrong = [verdict for verdict in verdicts if not verdict.right]
        mark, name = "✗" if wrong else "✓", padded(str(ASPECTS[aspect]), widest)
        yield f"{mark} {name}  {_count(aspect, verdicts, wrong)}"
        yield from (f"    {verdict.sentence}" for verdict in wrong)
    yield ""
    if found.wrong:
        yield phrase(
            "Not finished yet: {number} of {all} things are not as expected.",
            number=len(found.wrong),
            all=len(found.verdicts),
        )
    else:
        yield phrase("Everything is as expected.")


def _count(aspect: str, verdicts: list[Verdict], wrong: list[Verdict]) -> str:
    if aspect == "requests":
        return phrase("see below") if wrong else phrase("none lost")
    return phrase("{right} of {all}", right=len(verdicts) - len(wrong), all=len(verdicts))


def counted(seen: Traffic) -> str:
    """How many requests, since when, and how many of them were lost."""
    return phrase(
        "{requests} requests from {begin} to {end}, lost or wrong: {lost}",
        requests=seen.requests, begin=traffic.clock(seen.begin), end=traffic.clock(seen.end), lost=seen.lost,
    )  # fmt: skip


def status() -> Iterator[str]:
    """Whether the customers ask, and what they have got so far."""
    sender = record.sender()
    if sender is None:
        yield phrase("The capstone has not begun: lab capstone start")
        return
    running = (
        phrase("The shop's clients send requests.") if sender.alive else phrase("The shop's clients have stopped.")
    )
    seen = traffic.read(record.Record().lines())
    yield running
    if seen.requests:
        yield counted(seen)
        yield from (f"    {verdict.sentence}" for verdict in traffic.requests(seen) if not verdict.right)
