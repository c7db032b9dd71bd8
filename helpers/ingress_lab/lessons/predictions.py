"""Predict, run, explain: predictions, given in their cell with one line for each question.

    guess = predict({
        "http://abc.sample.com/": "",
        "http://abc.sample.com/apl2": "",
    }, options="hello-svc, nginx-svc, 404")
    guess

The comparison with what was observed is `comparing`.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labcore.errors import BadArgument, unknown
from labcore.language.headings import HEADINGS
from labcore.language.messages import Readable, english, joined, phrase, stored
from labcore.language.untrusted import html_text, visible

from ingress_lab.lessons import exercises, score
from ingress_lab.lessons.options import Named, Options, by_question, written

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

MIME = "application/vnd.ingress-lab.predictions+json"


class Predictions(Readable, dict[str, str]):
    """URL → the word predicted for it; "" where there is no prediction yet.

    What is predicted may be another thing than a URL: `about` heads that column. `options`: the words of each question.
    """

    about = "url"
    options: Mapping[str, Options] = {}

    @property
    def cell(self) -> str:
        """The same for the same questions with the same options, whatever is predicted."""
        asked = "\n".join(f"{question}: {english(options)}" for question, options in self.options.items())
        return f"{zlib.crc32(asked.encode(errors='backslashreplace')):08x}"

    @property
    def given(self) -> dict[str, str]:
        """Question → option, for those that were predicted in a word that is one."""
        return {what: word for what, options in self.options.items() if (word := options.option(self.get(what, "")))}

    @property
    def unknown(self) -> dict[str, str]:
        """Question → what was written, for those whose word is no option."""
        written_words = {what: written(word) for what, word in self.items()}
        return {what: word for what, word in written_words.items() if word and what not in self.given}

    def lines(self) -> list[str]:
        """How many are given, in which words the rest is to be given, and which words are none of these."""
        counted = phrase("Predictions given: {given} of {total}.", given=len(self.given), total=len(self))
        asked = self._asked() if len(self.given) < len(self) else []
        return [counted, *asked, *(self._said(what, word) for what, word in self.unknown.items())]

    def _asked(self) -> list[str]:
        every = list(dict.fromkeys(map(str, self.options.values())))
        if len(every) == 1:
            return [phrase("Write one of these between the quotes of each line: {options}", options=every[0])]
        return [phrase("{question}: {options}", question=stored(what), options=o) for what, o in self.options.items()]

    def _said(self, what: str, word: str) -> str:
        nearest = self.options[what].nearest(word) if what in self.options else ""
        meant = phrase(' Did you mean "{nearest}"?', nearest=nearest) if nearest else ""
        return phrase(
            '"{word}" is not one of the options ({question}).{meant}', word=word, question=stored(what), meant=meant
        )

    def table(self) -> "Table":
        from ingress_lab.display.tables import table

        rows = [{self.about: stored(what), "predicted": guess or phrase("?")} for what, guess in self.items()]
        return table(rows, [self.about, "predicted"], title="predictions")

    def _repr_html_(self) -> str:
        if not self.options:
            return self.table()._repr_html_()
        first, *more = [html_text(line) for line in self.lines()]
        return f"<p><strong>{first}</strong></p>" + "".join(f"<p>{line}</p>" for line in more)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return (
            {MIME: {"asked": len(self), "given": len(self.given)}} if self.options else self.table()._repr_mimebundle_()
        )

    def __repr__(self) -> str:
        return "\n".join(visible(english(line)) for line in self.lines()) if self.options else repr(self.table())

    def __str__(self) -> str:
        return visible(joined("\n", self.lines())) if self.options else str(self.table())


def predict(
    urls: Iterable[str] | Mapping[str, object], about: str = "url", options: Named | Mapping[str, Named] | None = None
) -> Predictions:
    """Predictions, a line for each URL (or experiment), given in the words of `options`: `{URL: ""}` asks for one.

    `options`: `"hello-svc, 404"`, a list, `int` (a whole number), or a mapping with the options of each question.
    `about` heads the first column where something else than a URL is predicted (`experiment`).
    """
    if isinstance(urls, str) or not isinstance(urls, Iterable):
        raise BadArgument(phrase('predict wants several URLs: predict({url: ""}, options="...")'))
    if about not in HEADINGS:
        raise unknown(phrase("heading"), about, ("url", "client", "experiment", "host", "service", "pod", "node"))
    made = Predictions({str(what): written(word) for what, word in urls.items()} if isinstance(urls, Mapping) else {})
    made = made or Predictions(dict.fromkeys(map(str, urls), ""))
    made.about = about
    if options is not None:
        made.options = by_question(made, options)
        score.ask(exercises.here(), made.cell, {what: made.given.get(what, "") for what in made})
    return made
