"""argparse in the reader's language: its own words of usage, help and errors, in lines that fit a terminal."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from labcore.language import choice
from labcore.language.messages import phrase
from labcore.language.text_width import width, wrapped
from labcore.language.untrusted import shortened

_USAGE = phrase("usage: ")
_WORDS = (
    _USAGE, phrase("positional arguments"), phrase("options"), phrase("show this help message and exit"),
    phrase("%(prog)s: error: %(message)s\n"), phrase("argument %(argument_name)s: %(message)s"),
    phrase("unrecognized arguments: %s"), phrase("the following arguments are required: %s"),
    phrase("invalid choice: %(value)r (choose from %(choices)s)"), phrase("invalid %(type)s value: %(value)r"),
    phrase("expected one argument"), phrase("expected at most one argument"),
    phrase("expected at least one argument"), phrase("expected %s argument"), phrase("expected %s arguments"),
    phrase("ambiguous option: %(option)s could match %(matches)s"), phrase("ignored explicit argument %r"),
    phrase("not allowed with argument %s"),
)  # fmt: skip
_KNOWN = {words: words for words in _WORDS}


def _said(text: str) -> str:
    return str(_KNOWN.get(text, text))


# argparse asks gettext for its words, in a domain that has no catalogue; its names for that are the only way in.
argparse._ = _said  # type: ignore[attr-defined]
argparse.ngettext = lambda one, many, number: _said(one if number == 1 else many)  # type: ignore[attr-defined]


class _Help(argparse.HelpFormatter):
    """Breaks lines by the columns that they take; a text with lines of its own keeps them."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in (text.splitlines() if "\n" in text else wrapped(text, width)))

    def _format_usage(self, *given) -> str:
        wider = width(str(_USAGE)) - len(str(_USAGE))  # argparse counts letters
        self._width -= wider
        first, *more = super()._format_usage(*given).splitlines(keepends=True)
        self._width += wider
        return first + "".join(" " * wider + line if line.strip() else line for line in more)


class Parser(argparse.ArgumentParser):
    """A command, or one of its subcommands."""

    def __init__(self, **settings) -> None:
        super().__init__(**{"formatter_class": _Help, **settings})

    def error(self, message: str) -> NoReturn:
        """Wrong usage, in one sentence, however long what was typed is."""
        super().error(shortened(message))


def language(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, for the words of the parser itself, which refuses what is no language."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--lang")
    try:
        given = finder.parse_known_args(arguments)[0].lang
    except argparse.ArgumentError:
        return None
    return given if given in choice.LANGUAGES else None
