"""`lab hosts`: show, add and remove the lab's block of /etc/hosts. No notebook needs it."""

import argparse
import sys
from pathlib import Path

from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, declare


def add(commands) -> None:
    summary = phrase("show, add or remove the lab's names in /etc/hosts, for browsers (no notebook needs them)")
    hosts = declare(commands, "hosts", run, summary)
    hosts.add_argument("action", nargs="?", choices=("show", "add", "remove"), default="show")
    hosts.add_argument(
        "names", nargs="*", metavar="NAME", help=str(phrase("host names; without any: all of the series"))
    )
    hosts.add_argument("--address", default="127.0.0.1", help=str(phrase("where the names lead to (127.0.0.1)")))
    hosts.add_argument("--yes", action="store_true", help=str(phrase("write without asking")))
    hosts.add_argument("--file", type=Path, default=None, help=str(phrase("another file than /etc/hosts")))


def run(chosen: argparse.Namespace) -> int:
    """Shows the change and asks before it is written; without a terminal it needs `--yes`."""
    from labtools.workspace import etc_hosts

    file = etc_hosts.Hosts(chosen.file or etc_hosts.PATH)
    if chosen.action == "show":
        print("\n".join(map(str, file.block())) or phrase("{path} has no names of the lab.", path=file.path))
        return OK
    if chosen.action == "add":
        change = file.added(chosen.names or etc_hosts.series_names(), chosen.address)
    else:
        change = file.removed(chosen.names)
    if change.before == change.after:
        print(phrase("{path} is like that already.", path=file.path))
        return OK
    print("\n".join(change.lines))
    if not (chosen.yes or _agreed(phrase("Write this to {path}? [y/N] ", path=file.path))):
        print(phrase("Nothing was written."))
        return FAILED
    file.write(change)
    print(phrase("Written. As it was before: {backup}", backup=file.backup))
    return OK


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        print(phrase("Nobody can be asked here; --yes writes without asking."), file=sys.stderr)
        return False
    return input(question).strip().lower() in ("y", "yes")
