"""Predict, run, explain: a table of predictions to fill in, and its comparison with what was observed."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labcore.errors import BadArgument, unknown
from labcore.language.headings import HEADINGS
from labcore.language.messages import Readable, joined, phrase

from ingress_lab.http.answers import Answers
from ingress_lab.ingress.rules import Rule, api_reading

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

BLANK = ("", "?", "-", None)


class Predictions(Readable, dict[str, str]):
    """URL → the Service (or status code) predicted for it; "" where there is no prediction yet.

    What is predicted may be another thing than a URL: `about` heads that column.
    """

    about = "url"

    def table(self) -> "Table":
        from ingress_lab.display.tables import table

        rows = [{self.about: what, "predicted": guess or phrase("?")} for what, guess in self.items()]
        return table(rows, [self.about, "predicted"], title="predictions")

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return self.table()._repr_mimebundle_()

    def __repr__(self) -> str:
        return repr(self.table())

    def __str__(self) -> str:
        return str(self.table())


def predict(urls: Iterable[str] | Mapping[str, str | int | None], about: str = "url") -> Predictions:
    """Predictions for URLs: a list leaves them blank, a mapping gives them (`{"http://abc.sample.com/": "order"}`).

    `about` heads the first column where something else than a URL is predicted (`experiment`).
    """
    if isinstance(urls, str) or not isinstance(urls, Iterable):
        raise BadArgument(phrase("predict wants several URLs: predict([...]) or predict({url: service})"))
    if about not in HEADINGS:
        raise unknown("heading", about, ("url", "client", "experiment", "host", "service", "pod", "node"))
    if isinstance(urls, Mapping):
        made = Predictions({url: "" if guess in BLANK else str(guess).strip() for url, guess in urls.items()})
    else:
        made = Predictions(dict.fromkeys(urls, ""))
    made.about = about
    return made


def compare(
    predictions: Mapping[str, str], answers: Answers | Mapping[str, object], rules: Iterable[Rule] | None = None
) -> "Table":
    """Predicted beside observed, URL by URL; with `rules` also the API's reading of them.

    What is not a URL is observed in words: `compare(guess, {"ten connections": "several Pods"})`.
    """
    from ingress_lab.display.tables import table

    if not isinstance(predictions, Mapping) or not isinstance(answers, Mapping | Iterable):
        raise BadArgument(phrase("compare wants predictions and answers: compare(predict([...]), lab.probe([...]))"))
    known = list(rules) if rules is not None else None
    seen = (
        list(answers.items()) if isinstance(answers, Mapping) else [(answer.url, answer.outcome) for answer in answers]
    )
    about = getattr(predictions, "about", "url")
    rows = [_row(about, what, predictions.get(what, ""), str(outcome), known) for what, outcome in seen]
    columns = [about, "predicted", *(["api"] if known is not None else []), "observed", "right"]
    made = table(rows, columns, title=phrase("predicted and observed"))
    judged = [row["right"] for row in rows if row["right"]]
    notes = (
        [phrase("{right} of {total} predicted right", right=judged.count(phrase("yes")), total=len(judged))]
        if judged
        else []
    )
    idle = [str(what) for what, guess in predictions.items() if guess not in BLANK and what not in dict(seen)]
    if idle:
        notes.append(phrase("predicted, but not observed: {names}", names=", ".join(idle)))
    if notes:
        made.attrs["note"] = joined("; ", notes)
    return made


def _row(about: str, what: str, guess: str, observed: str, rules: list[Rule] | None) -> dict[str, object]:
    guess = "" if guess in BLANK else str(guess).strip()
    row: dict[str, object] = {about: what, "predicted": guess or phrase("?"), "observed": observed}
    row["right"] = phrase("yes") if guess.lower() == observed.lower() else phrase("no") if guess else None
    if rules is not None:
        row["api"] = reading(rules, what)
    return row


def reading(rules: Iterable[Rule], url: str) -> str:
    """The Service that the API's rules give a URL to; 404 when no rule matches."""
    rule = api_reading(rules, url)
    return rule.service if rule else "404"
