"""What the lab says to its reader, in the reader's language.

    from labcore.language.messages import phrase
    phrase("{url} should get {aim}; it {got}.", url=url, aim=aim, got=got)

A `Phrase` IS its English text: it compares, hashes, sorts, searches and serializes as English, so that code (a
notebook's `table["status"]`, `result == "created"`, a test) is the same for every reader. Only where it is shown -
`str()`, `print`, an f-string, a table's or picture's display - it is written in the learner's language (`language`).
`repr()` stays English.

How to mark what a learner reads:
- `phrase("a whole sentence with {names}", names=...)`: the English is a literal, never an f-string, and has no
  values spliced in (then braces are fine: `phrase("one entry: {path: /bye}")` is taken as it is).
  It may stand in a module's constant: it is translated when it is shown. Values may be phrases themselves.
- `plural("{number} notebook", "{number} notebooks", number)` for what is counted: each language has forms of its own.
- lists of phrases: `joined(", ", phrases)`, for `", ".join(phrases)` gives English only.
- `after(": ", words)` for `words.partition(": ")[2]`, which gives English only, too.
- display code writes `str(words)` before `html.escape`, `.replace`, `+` and the like: these give English.
- a table of phrases (by a state, a column, a cause) holds `phrase("... {name}")` without values; `filled(table[key],
  name=...)` gives it values. The headings of tables are in `headings`.
- Not marked: Kubernetes' own words (kinds, conditions, error texts, kubectl's headings), URLs, YAML, commands.

Then `make messages` adds the new phrases to `locale/ko.po`; write the Korean there (polite 합니다 style, terms as in
CONTRIBUTING.md). tests/labcore/test_messages.py says what is missing, stale, or has other placeholders.
"""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from typing import Any, Self

from labcore.language import choice, typed
from labcore.language.untrusted import visible


class Phrase(str):
    """English text that is shown in the learner's language; see above."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object] | None = None) -> Self:
        filled = {name: english(value) for name, value in (values or {}).items()}
        made = super().__new__(cls, template.format(**filled) if filled else template)
        made.template, made.values = template, dict(values or {})
        return made

    def __str__(self) -> str:
        text = self._translated(choice.translations(choice.current())) if self.template else ""
        return typed.commands(text.format(**self.values) if self.values else text)

    def _translated(self, catalogue: NullTranslations) -> str:
        return catalogue.gettext(self.template)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __add__(self, other: str) -> str:
        return joined("", [self, other])

    def __radd__(self, other: str) -> str:
        return joined("", [other, self])

    def __reduce__(self) -> tuple:
        return type(self), (self.template, self.values)


class _Counted(Phrase):
    """A phrase of a number: English has two forms, another language as many as its catalogue says."""

    __slots__ = ("forms", "number")
    forms: tuple[str, str]
    number: int

    def _translated(self, catalogue: NullTranslations) -> str:
        return catalogue.ngettext(*self.forms, self.number)

    def __reduce__(self) -> tuple:
        return _counted, (*self.forms, self.number, self.values)


class _Joined(Phrase):
    """Phrases one after another, with a separator between them."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self.values["separator"]).join(str(part) for part in self.parts)

    @property
    def parts(self) -> list[object]:
        return list(self.values["parts"])  # type: ignore[call-overload]

    def __reduce__(self) -> tuple:
        return joined, (self.values["separator"], self.parts)


class _After(Phrase):
    """What stands behind a separator, in each language."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self.values["whole"]).partition(str(self.values["separator"]))[2]

    def __reduce__(self) -> tuple:
        return after, (self.values["separator"], self.values["whole"])


class Readable:
    """Something a notebook shows in the reader's language, by str(), while its repr() is English, for code."""

    def __init_subclass__(cls, **options: Any) -> None:
        """IPython takes a class' own `__repr__` before a base's `_repr_pretty_`; so each class has its own."""
        super().__init_subclass__(**options)
        cls._repr_pretty_ = Readable._repr_pretty_  # type: ignore[method-assign]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(visible(self))


def phrase(template: str, /, **values: object) -> str:
    """Words for a reader: a literal in English, with `{names}` for the values."""
    return Phrase(template, values)


def filled(template: str, /, **values: object) -> str:
    """A phrase of a table, with its values."""
    return Phrase(template.template if isinstance(template, Phrase) else template, values)


def plural(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` or `many`, two literals, as the language counts; `{number}` in them is filled in, as `values` are."""
    return _counted(one, many, number, {"number": number, **values})


def _counted(one: str, many: str, number: int, values: Mapping[str, object]) -> str:
    made = _Counted(one if number == 1 else many, values)
    made.forms, made.number = (one, many), number
    return made


def verbatim(text: str) -> str:
    """Another program's own words (Kubernetes', kind's), which no language of the lab changes."""
    return text


def stored(text: str) -> str:
    """English that was read from a file (a state, a column of a report.json): shown in the reader's language again."""
    return text if isinstance(text, Phrase) else Phrase(str.__str__(text))


def joined(separator: str, parts: Iterable[object]) -> str:
    """`separator.join(parts)`, where parts may be phrases."""
    kept = list(parts)
    made = _Joined(str(english(separator)).join(str(english(part)) for part in kept))
    made.values = {"separator": separator, "parts": kept}
    return made


def after(separator: str, whole: str) -> str:
    """`whole.partition(separator)[2]`, where `whole` may be a phrase whose translation has the separator, too."""
    made = _After(str(english(whole)).partition(separator)[2])
    made.values = {"separator": separator, "whole": whole}
    return made


def english(value: object) -> object:
    """A phrase as plain English text; anything else as it is."""
    return str.__str__(value) if isinstance(value, Phrase) else value
