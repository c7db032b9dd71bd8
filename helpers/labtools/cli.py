"""The command `lab`: start, look at and stop the cluster, open the notebooks, write the report. Light to import."""

import argparse
import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from labcore.errors import LabError
from labcore.language import choice
from labcore.language.messages import filled, phrase
from labcore.language.untrusted import shortened
from labcore.machine import ending, paths
from labcore.machine.terminal import guarded

from labtools.commands import FAILED, OK, Command, lang_option, usage

EPILOG = phrase("""\
environment:
  INGRESS_LAB_CLUSTER                             {clusters}
  INGRESS_LAB_HTTP_PORT, INGRESS_LAB_HTTPS_PORT   the entry's ports (8080, 8443)
  INGRESS_LAB_LANG                                en or ko; without it a notebook's folder says it, then your locale
  INGRESS_LAB_HOME                                where the cluster's state is kept (.lab in the project)
  INGRESS_LAB_KIND_NAME                           the kind cluster's name (lab)
  INGRESS_LAB_HTTP, INGRESS_LAB_HTTPS             HOST:PORT of a context's entry, else as `lab up` found it
  INGRESS_LAB_PATIENCE                            a factor on how long the lab waits for something (1)
  INGRESS_LAB_PREFIX                              begins the lab's namespaces on a context (lab-USER-)

exit codes: 0 all went well, 1 something failed, 2 wrong usage, 130 ended by Ctrl-C
""")

_NO_ROOM = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR, errno.EISDIR),
    *(errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}
"""What the system says of a file or folder that this person may not use, or for which there is no room or no way."""

GROUPS = {
    "cluster": ("up", "status", "reset", "down", "node"),
    "shell": ("shell",),
    "doctor": ("doctor",),
    "preflight": ("preflight",),
    "series": ("study", "progress", "report"),
    **{
        name: (name,)
        for name in (
            *("explain", "urls", "clinic", "load", "upgrade", "migrate", "controller", "conformance", "capstone"),
            *("images", "participant", "hosts"),
        )
    },
}
"""The modules of `labtools.commands`, as `lab --help` lists them, each with its commands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; as the program itself (no `arguments`), one that was interrupted ends here for good."""
    given = sys.argv[1:] if arguments is None else arguments
    choice.choose(usage.language(given))
    with guarded():  # wrong usage is told with the words that were typed
        chosen = _parser(_command(given)).parse_args(arguments)
    choice.choose(chosen.lang)
    with ending.answered(), guarded():
        try:
            return _run(chosen)
        except KeyboardInterrupt as stopped:
            with contextlib.suppress(OSError):
                print(phrase("\nInterrupted."), *stopped.args, file=sys.stderr)
            code = ending.exit_code()
            if arguments is None:  # neither threads that still wait for somebody nor libraries' last deeds hold it up
                _flush()
                os._exit(code)
            return code


def _run(chosen: argparse.Namespace) -> int:
    try:
        code = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # as in `lab up | head -2`: whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except LabError as error:
        print(shortened(str(error)), file=sys.stderr)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        print(shortened(_no_room(error, chosen)), file=sys.stderr)
    return FAILED


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def _no_room(error: OSError, chosen: argparse.Namespace) -> str:
    return phrase(
        "{file}: {reason}. The lab needs files and folders that you may read and write, with some room left.{advice}",
        file=error.filename or phrase("a file of the lab"),
        reason=error.strerror,
        advice=_other_folder(error.filename, chosen),
    )


def _other_folder(file: str | None, chosen: argparse.Namespace) -> str:
    """The way to another state folder, or to another one of the command's own; "" where there is no choice."""
    state, own = "export INGRESS_LAB_HOME=$HOME/.ingress-lab", chosen.elsewhere(chosen)
    ways = [state, own] if not file else [state] if _is_state(Path(file)) else [own]
    return phrase(" Use another one:\n  {ways}", ways="\n  ".join(filter(None, ways))) if any(ways) else ""


def _is_state(file: Path) -> bool:
    """Whether it is in the lab's state folder, or is a folder above that has to be made first."""
    with contextlib.suppress(LabError):
        state = paths.state()
        return file.is_relative_to(state) or state.is_relative_to(file)
    return False


class _Lab(usage.Parser):
    """Its help names the kinds of cluster, which are loaded when somebody reads it: each command begins here."""

    def format_help(self) -> str:
        from labcore import clusters

        self.epilog = str(filled(EPILOG, clusters=clusters.choices(default_marked=True)))
        return super().format_help()


def _command(arguments: Sequence[str]) -> str:
    """The command that was typed; "" where the first word is none."""
    return arguments[0] if arguments else ""


def _parser(command: str = "") -> argparse.ArgumentParser:
    """With all commands, or only the group of this one: what the others need takes longer than many a command."""
    parser = _Lab(
        prog="lab",
        description=str(
            phrase("A Kubernetes cluster with a real ingress controller on this machine, for the notebooks.")
        ),
    )
    lang_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Command)
    for group in [name for name, members in GROUPS.items() if command in members] or GROUPS:
        import_module(f"labtools.commands.{group}").add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
