"""How often each answered."""

from typing import TYPE_CHECKING

from labcore.language.headings import HEADINGS
from labcore.language.messages import phrase
from labcore.pictures.bars import bars
from labcore.pictures.card import Picture

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answers


def distribution(answers: "Answers", by: str = "service") -> Picture:
    """How many answers each service (or pod, node, status) gave."""
    counted = answers.count(by)
    numbers = dict(zip(counted.iloc[:, 0].astype(str), (int(n) for n in counted.iloc[:, 1]), strict=True))
    return bars(numbers, phrase("{total} answers by {by}", total=len(answers), by=HEADINGS[by]))
