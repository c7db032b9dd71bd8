"""What a table of predictions says of each question: what was predicted, what was observed, and the verdict."""

from collections.abc import Iterator
from typing import NamedTuple

from ingress_lab.display.verdicts import RIGHT
from labcore.language.headings import HEADINGS
from labcore.language.messages import english, phrase

COMPARED = phrase("predicted and observed")


class Answer(NamedTuple):
    """One question, with what was predicted ("" where nothing was) and what was observed."""

    question: str
    predicted: str
    observed: str
    verdict: str

    @property
    def right(self) -> bool:
        return is_right(self.verdict)


def answers(table: dict) -> Iterator[Answer]:
    """The questions of a table, where it is one of predictions."""
    columns = [str(column) for column in table["columns"]]
    if _key("observed") in columns and table["title"] == english(COMPARED):
        for row in filter(None, table["rows"]):
            yield _answer(dict(zip(columns, row, strict=False)), row[0])


def _answer(row: dict, question: object) -> Answer:
    predicted = row.get(_key("predicted"))
    given = "" if predicted in (None, "?", "-") else str(predicted)
    verdict = row.get(_key("verdict")) or row.get(_key("right")) or ""
    return Answer(str(question), given, str(row.get(_key("observed"))), str(verdict))


def _key(heading: str) -> str:
    return str(english(HEADINGS[heading]))


def is_right(verdict: str) -> bool:
    """Verdicts are stored in English, whatever language the notebook is in."""
    return verdict in (str(english(RIGHT)), "yes")
