"""The subcommands of `lab`, one file for each group; `cli` gathers them.

Each file has `add(commands)`, which declares its subcommands, and a function per subcommand that returns the exit
code. Whatever is heavy is imported inside these functions.
"""

import argparse
from collections.abc import Callable

from labcore.language import choice
from labcore.language.messages import phrase

from labtools.commands.usage import Parser

OK, FAILED = 0, 1  # argparse itself ends with 2 on wrong usage


class Command(Parser):
    """A subcommand of `lab`."""

    late: Callable[[argparse.ArgumentParser], None] | None = None
    """Declares more options once the command is the one that was typed: what costs a moment to find out."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def, override]
        """As argparse does, which calls this for the chosen subcommand only, before it reads options or prints help."""
        late, self.late = self.late, None
        if late:
            late(self)
        return super().parse_known_args(args, namespace)


def declare(commands, name: str, run: Callable[[argparse.Namespace], int], summary: str) -> Command:
    """A subcommand: its name, what runs it, and one line of help.

    One that writes into a folder that may be named sets `elsewhere`, the command that writes into another.
    """
    command = commands.add_parser(name, help=str(summary), description=_sentence(str(summary)))
    command.set_defaults(run=run, elsewhere=lambda chosen: "")
    lang_option(command)
    return command


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


class _Choices:
    """The kinds of cluster, which are loaded when somebody reads the help."""

    def __str__(self) -> str:
        from labcore import clusters

        return str(clusters.choices(default_marked=True))


def cluster_option(command: argparse.ArgumentParser) -> None:
    """Adds `--cluster`; its help names the kinds there are, found when somebody reads it."""
    option = command.add_argument("--cluster", metavar="NAME")
    option.known = _Choices()  # type: ignore[attr-defined]
    option.help = "%(known)s"


def lang_option(command: argparse.ArgumentParser) -> None:
    """Adds `--lang`; without it the environment or the person's locale says the language."""
    command.add_argument(
        "--lang",
        choices=choice.LANGUAGES,
        help=str(phrase("en or ko; without it INGRESS_LAB_LANG or your locale says it")),
    )


def port_options(command: argparse.ArgumentParser) -> None:
    """Adds `--http-port` and `--https-port`; None where they are not given."""
    command.add_argument("--http-port", type=int, metavar="PORT", help=str(phrase("port of 127.0.0.1 for HTTP (8080)")))
    command.add_argument(
        "--https-port", type=int, metavar="PORT", help=str(phrase("port of 127.0.0.1 for HTTPS (8443)"))
    )
