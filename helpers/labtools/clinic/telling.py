"""What is said of the case at hand, for which no cluster is needed: symptom, diagnosis, the way to the fault.

Light to import: most commands of the clinic are these.
"""

import random
import string
from collections.abc import Iterator

from labcore.errors import BadArgument, LabError
from labcore.language.messages import joined, phrase, plural

from labtools.clinic import card, records, registry
from labtools.clinic.case import Scene
from labtools.clinic.draw import Draw
from labtools.clinic.records import GIVEN_UP, LEFT, REPAIRED, STARTING, Visit

LETTERS = string.ascii_uppercase[:5]


def scene_of(visit: Visit) -> Scene:
    case = registry.find(visit.case)
    return case.scene(Draw(case.name, visit.seed))


def at_hand() -> Visit:
    """The case at hand; one that was left while it was set up is none."""
    visit = records.read().now
    if visit is None or visit.end in (LEFT, STARTING):
        raise LabError(phrase("No case is open. lab clinic list names the cases; lab clinic start takes the next one."))
    return visit


def symptom() -> Iterator[str]:
    """What the customer says, and what it may be."""
    visit = at_hand()
    yield phrase("A customer writes:")
    yield joined("", ["  ", scene_of(visit).symptom])
    yield ""
    yield phrase("What is it?")
    yield from (joined("", [f"  {letter}  ", words]) for letter, words in zip(LETTERS, _offered(visit), strict=True))
    if visit.end:
        yield ""
        yield from closed_before(visit)


def diagnose(letter: str) -> Iterator[str]:
    """Say what it is; every answer counts, the first one most."""
    visits = records.read()
    visit = at_hand()
    if letter.upper() not in LETTERS or len(letter) != 1:
        raise BadArgument(
            phrase(
                '"{letter}" is none of the diagnoses; choose one of {letters}',
                letter=letter,
                letters=", ".join(LETTERS),
            )
        )
    said = order(visit)[LETTERS.index(letter.upper())]
    counts = not visit.is_diagnosed and visit.end != GIVEN_UP
    if visits.now and counts and said not in visit.diagnoses:
        visits.now.diagnoses.append(said)
        records.write(visits)
    if said:
        yield _wrong(said, visit) if counts else phrase("That is not it.")
        return
    yield phrase("That is right.")
    if visit.end:
        yield from way(visit)
    else:
        yield phrase("Now repair it, in any way: lab clinic check")


def _wrong(said: int, before: Visit) -> str:
    if said in before.diagnoses:
        return phrase("That is not it. You have said it before, so it counts once.")
    counted = plural("{number} wrong diagnosis", "{number} wrong diagnoses", len(before.wrong) + 1)
    return phrase("That is not it. It counts: {counted} so far.", counted=counted)


def require_done(visit: Visit) -> None:
    """Raise where something of this case can still be done, before another one takes its place."""
    if not visit.end:
        raise LabError(
            phrase(
                "Case {case} is not closed yet: lab clinic symptom. To leave it for another one: add --leave.",
                case=visit.case,
            )
        )
    if visit.end == REPAIRED and not visit.is_diagnosed:
        raise LabError(
            phrase(
                "Case {case} is repaired, but not diagnosed: lab clinic diagnose LETTER. To leave it so: add --leave.",
                case=visit.case,
            )
        )


def closed_before(visit: Visit) -> Iterator[str]:
    """What can be said of a case after it was closed."""
    yield phrase("Case {case} is closed: {end}.", case=visit.case, end=card.ENDS[visit.end])
    yield from closed(visit)


def closed(visit: Visit) -> Iterator[str]:
    if visit.end == REPAIRED and not visit.is_diagnosed:
        yield phrase("What was it? lab clinic diagnose LETTER")
    else:
        yield from way(visit)


def way(visit: Visit) -> Iterator[str]:
    """The answer, and how it is found."""
    scene = scene_of(visit)
    yield phrase("It was this: {diagnosis}", diagnosis=registry.find(visit.case).diagnoses[0])
    yield phrase("The way that leads there:")
    for number, step in enumerate(scene.path, 1):
        yield joined("", [f"  {number}. ", step.question])
        yield f"     $ {step.command}"
        yield joined("", ["     ", step.shows])
    url = next((each.shown for each in scene.asks if each.sick), "")
    if url.startswith("http"):
        yield phrase("Outside of the clinic, this shows where such a request gets stuck: lab explain {url}", url=url)


def order(visit: Visit) -> list[int]:
    """The places of the diagnoses as they are offered: A, B ..."""
    places = list(range(len(LETTERS)))
    random.Random(f"{visit.case} {visit.seed} diagnoses").shuffle(places)
    return places


def _offered(visit: Visit) -> list[str]:
    diagnoses = registry.find(visit.case).diagnoses
    return [diagnoses[place] for place in order(visit)]
