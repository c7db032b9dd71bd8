"""Predicted beside observed, question by question, with a verdict on each prediction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.errors import BadArgument
from labcore.language.messages import english, joined, phrase, stored

from ingress_lab.display.verdicts import NOT_COUNTED, RIGHT, UNKNOWN, WRONG
from ingress_lab.http.answers import Answers
from ingress_lab.ingress.rules import Rule, api_readings
from ingress_lab.lessons import exercises, score
from ingress_lab.lessons.options import Options, written
from ingress_lab.lessons.predictions import MIME, Predictions

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table


def compare(
    predictions: Mapping[str, str], answers: Answers | Mapping[str, object], rules: Iterable[Rule] | None = None
) -> "Table":
    """Predicted beside observed, URL by URL; with `rules` also the API's reading of them.

    What is not a URL is observed in words: `compare(guess, {"ten connections": "several Pods"})`.
    """
    if not isinstance(predictions, Mapping) or not isinstance(answers, Mapping | Iterable):
        raise BadArgument(phrase("compare wants predictions and answers: compare(guess, lab.probe(list(guess)))"))
    known = list(rules) if rules is not None else None
    seen: list[tuple[str, object]] = (
        list(answers.items()) if isinstance(answers, Mapping) else [(answer.url, answer.outcome) for answer in answers]
    )
    options = getattr(predictions, "options", {})
    compared = [
        _Compared(what, predictions.get(what, ""), _said(outcome, options.get(what)), options.get(what))
        for what, outcome in seen
    ]
    if options and isinstance(predictions, Predictions):
        verdicts = {each.what: each.right for each in compared if each.right is not None}
        score.judge(exercises.here(), predictions.cell, verdicts)
    return _table(predictions, compared, known)


def _said(outcome: object, options: Options | None) -> str:
    """What was observed, in the words of its option; an error that is none of them in the reader's."""
    plain = str(english(outcome))
    return outcome if isinstance(outcome, str) and not (options and options.option(plain)) else plain


@dataclass(frozen=True)
class _Compared:
    """One question; `options` is None where none are stated."""

    what: str
    guess: object
    observed: str
    options: Options | None

    @property
    def given(self) -> str:
        return written(self.guess)

    @property
    def right(self) -> bool | None:
        """None where there is nothing to judge: no prediction, no known word, or nothing that could be right."""
        if not self.given or (self.options and not self.options.option(self.given)) or self.unforeseen:
            return None
        option = self.options.option if self.options else written
        return option(self.given).lower() == option(self.observed).lower()

    @property
    def unforeseen(self) -> bool:
        return self.options is not None and not self.options.option(self.observed)

    @property
    def verdict(self) -> str | None:
        if not self.given:
            return None
        if self.options and not self.options.option(self.given):
            return UNKNOWN
        return NOT_COUNTED if self.right is None else RIGHT if self.right else WRONG


def _table(predictions: Mapping[str, str], compared: list[_Compared], rules: list[Rule] | None) -> "Table":
    from ingress_lab.display.tables import table

    about, options = getattr(predictions, "about", "url"), getattr(predictions, "options", {})
    given = [each for each in compared if each.given]
    judged = "verdict" if options else "right"
    columns = [about, "predicted", *(["api"] if rules is not None else []), "observed", judged]
    if options and not given:
        columns = [column for column in columns if column not in ("predicted", judged)]
    made = table([_row(about, each, rules) for each in compared], columns, title=phrase("predicted and observed"))
    right = [each.right for each in compared if each.right is not None]
    notes = [phrase("{right} of {total} predicted right", right=right.count(True), total=len(right))] if right else []
    if notes := [*notes, *_notes(predictions, compared)]:
        made.attrs["note"] = joined("; ", notes)
    if options:
        unforeseen = [each.observed for each in compared if each.unforeseen]
        counted = {"asked": len(predictions), "given": len(given), "right": right.count(True)}
        made.attrs["also"] = {MIME: {**counted, "unforeseen": unforeseen}}
    return made


def _notes(predictions: Mapping[str, str], compared: list[_Compared]) -> list[str]:
    notes = []
    seen = {each.what for each in compared}
    if idle := [str(what) for what, guess in predictions.items() if written(guess) and what not in seen]:
        notes.append(phrase("predicted, but not observed: {names}", names=joined(", ", map(stored, idle))))
    if odd := [each.given for each in compared if each.verdict == UNKNOWN]:
        notes.append(phrase("none of the options: {words}", words=", ".join(odd)))
    if new := [each.observed for each in compared if each.unforeseen]:
        notes.append(phrase("observed, but none of the options, so not counted: {words}", words=joined(", ", new)))
    if getattr(predictions, "options", {}) and not any(each.given for each in compared):
        notes.append(phrase("no prediction was given"))
    return notes


def _row(about: str, each: _Compared, rules: list[Rule] | None) -> dict[str, object]:
    predicted = each.given or (None if each.options else phrase("?"))
    row: dict[str, object] = {about: stored(each.what), "predicted": predicted, "observed": each.observed}
    row["verdict"] = each.verdict
    row["right"] = None if each.right is None else phrase("yes") if each.right else phrase("no")
    if rules is not None:
        row["api"] = reading(rules, each.what)
    return row


def reading(rules: Iterable[Rule], url: str) -> str:
    """The Services between which the API's rules leave a URL, mostly one; 404 when no rule matches."""
    return " / ".join(sorted({rule.service for rule in api_readings(rules, url)})) or "404"
