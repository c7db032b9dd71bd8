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
- `text(key)` is for table headings and words that many places share: add the key to `ENGLISH` below.
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
        words = self._translated(choice.translations(choice.current())) if self.template else ""
        return typed.commands(words.format(**self.values) if self.values else words)

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


def phrase(words: str, /, **values: object) -> str:
    """Words for a reader: a literal in English, with `{names}` for the values."""
    return Phrase(words, values)


def plural(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` or `many`, two literals, as the language counts; `{number}` in them is filled in, as `values` are."""
    return _counted(one, many, number, {"number": number, **values})


def _counted(one: str, many: str, number: int, values: Mapping[str, object]) -> str:
    made = _Counted(one if number == 1 else many, values)
    made.forms, made.number = (one, many), number
    return made


def verbatim(words: str) -> str:
    """Another program's own words (Kubernetes', kind's), which no language of the lab changes."""
    return words


def stored(words: str) -> str:
    """English that was read from a file (a state, a column of a report.json): shown in the reader's language again."""
    return Phrase(str.__str__(words))


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


# Headings of tables, and words and sentences that many places share. The keys are those of the rows' dictionaries.
ENGLISH = {
    # columns of tables
    "url": "url",
    "client": "client",
    "status": "status",
    "service": "service",
    "pod": "pod",
    "node": "node",
    "node_labels": "labels",
    "node_ports": "ports of this machine",
    "taints": "taints",
    "path": "path seen by the application",
    "host": "host",
    "method": "method",
    "visits": "visits",
    "location": "location",
    "connection": "connection",
    "error": "error",
    "answers": "answers",
    "predicted": "predicted",
    "observed": "observed",
    "api": "API's reading",
    "rule": "rule",
    "path_rule": "path",
    "path_type": "pathType",
    "ingress": "ingress",
    "class": "class",
    "port": "port",
    "right": "right?",
    "object": "object",
    "result": "result",
    "condition": "condition",
    "line": "line",
    "type": "type",
    "reason": "reason",
    "message": "message",
    "count": "count",
    "ready": "ready",
    "serving": "serving",
    "terminating": "terminating",
    "phase": "phase",
    "sent": "sent",
    "answered": "answered",
    "gap": "longest gap (s)",
    "record": "record",
    "experiment": "experiment",
    "file": "file",
    "old_line": "old line",
    "new_line": "new line",
    "what": "what",
    "why": "why",
    "check": "check",
    "found": "found",
    "fix": "fix",
    # cells
    "yes": "yes",
    "no": "no",
    "none": "-",
    "your_turn": "?",
    "an_address": "(address)",
    "a_node_port": "(node port)",
    "default_backend": "(default backend)",
    "any_host": "any host",
    # sentences
    "score": "{right} of {total} predicted right",
    "solved": "Exercise {name} is solved: {why}",
    "open": "Exercise {name} is not solved yet: {why}",
    "more_hints": 'Another hint: lab.hint("{name}")',
    "no_more_hints": 'That was the last hint; lab.solution("{name}") shows one solution.',
    "report_title": "Lab report",
    "report": "report",
    "fact_cluster": "cluster",
    "fact_controller": "controller",
    "fact_kubernetes": "Kubernetes",
    "fact_entry": "entry",
    "fact_system": "system",
    "fact_cpus": "processors",
    "fact_commit": "commit of the series",
    "overview_title": "Overview of reports",
    "changes_title": "What changed since",
    "where": "where",
    "report_passed": "{notebooks}, {cells}: all passed.",
    "report_failed": "{notebooks}, {cells}: {failed} failed.",
    "report_unfinished": "{notebooks}, {cells}: {failed} failed, {left} not run.",
    "report_disturbed": "{notebooks}, {cells}: none failed, but a notebook did not end well.",
    "results": "Results",
    "failures": "What failed",
    "versions": "Versions",
    "packages": "packages",
    "when": "when",
    "cell": "cell {number}",
    "notebook": "notebook",
    "state": "state",
    "cells": "cells",
    "failed": "failed",
    "exercises": "exercises solved",
    "took": "took",
    "service_map_title": "From the selector of {service} to its Pods",
    "selector": "selector {labels}",
    "no_selector": "no selector",
    "endpoints": "endpoints: {number}",
    "not_ready": "not ready",
    "map_title": "Routing map of namespace {namespace}",
    "hop_broken": "broken",
    "hop_looked_up": "looked up",
    "hop_unreached": "not reached",
    "bars_title": "{total} answers by {by}",
    "nodes_title": "Nodes of this cluster",
    "nodes_file_title": "Nodes in {file}",
    "node_not_ready": "not ready",
    "node_pods": "Pods: {pods}",
    "node_controller": "ingress controller",
    "node_label": "label {label}",
    "node_taint": "taint {taint}",
    "node_port": "{here} leads to port {inside}",
    "leaf": "certificate",
    "intermediate": "intermediate",
    "root": "trusted CA",
    "before": "before",
    "after": "after",
    "no_difference": "no difference",
    "nothing_to_upgrade": "nothing to upgrade: every manifest is of a version that is served today",
    "document_number": "{file}, document {number}",
    "the_text": "the text",
    "no_rules": "no Ingress yet: nothing is routed",
    "no_pods": "no ready Pod",
    "no_service": "no such Service",
}


def text(key: str, **values: object) -> str:
    """The words for `key`, with the values filled in."""
    return Phrase(ENGLISH[key], values)
