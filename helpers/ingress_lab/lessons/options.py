"""Which words a prediction may be given in: those that the author names, or any whole number."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labcore.errors import BadArgument
from labcore.language.messages import english, joined, phrase

Named = str | type | Iterable[str | int | type]
"""`"one Pod, several Pods"`, `["refused", 404]`, `int` for any whole number, or a list with `int` in it."""
BLANK = ("", "?", "-", "None", "Ellipsis")
_DIGITS = 18


@dataclass(frozen=True)
class Options:
    """The words of one question, in the author's order."""

    words: tuple[str, ...]
    numbers: bool = False

    @classmethod
    def of(cls, named: Named) -> "Options":
        if isinstance(named, str):
            return cls(tuple(word.strip() for word in named.split(",") if word.strip()))
        every = [named] if isinstance(named, type) else list(named)
        if strange := [each for each in every if isinstance(each, type) and each is not int]:
            raise BadArgument(phrase("{kind} is no option; words and int are", kind=strange[0].__name__))
        return cls(tuple(str(each).strip() for each in every if each is not int), int in every)

    def option(self, given: object) -> str:
        """The option that was meant: its letters may be large or small, with blanks around it; "" when it is none."""
        word = written(given)
        if self.numbers and word.isdecimal() and len(word) <= _DIGITS:
            return str(int(word))
        return next((each for each in self.words if each.lower() == word.lower()), "")

    def nearest(self, given: object) -> str:
        """The word that the learner may have meant, "" where none is near: 400 is no misspelt 404."""
        lower = {word.lower(): word for word in self.words if not word.isdecimal()}
        nearest = difflib.get_close_matches(written(given).lower(), lower, n=1, cutoff=0.5)
        return lower[nearest[0]] if nearest else ""

    def __str__(self) -> str:
        return str(joined(", ", [*self.words, *([phrase("a whole number")] if self.numbers else [])]))


def written(given: object) -> str:
    """What stands in the cell; "" where nothing was written yet."""
    word = "Ellipsis" if given is ... else str(english(given)).strip()
    return "" if word in BLANK else word


def by_question(questions: Iterable[str], named: Named | Mapping[str, Named]) -> dict[str, Options]:
    """The options of each question: the same for all, or a mapping with one entry for each."""
    asked = list(questions)
    if not isinstance(named, Mapping):
        every = Options.of(named)
        return dict.fromkeys(asked, every)
    if missing := [question for question in asked if question not in named]:
        raise BadArgument(phrase("no options are given for: {names}", names=", ".join(missing)))
    return {question: Options.of(named[question]) for question in asked}
