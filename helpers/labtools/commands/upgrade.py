"""`lab upgrade PATH`: old manifests in today's form, each changed line with its reason."""

import argparse
import sys
from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, declare, given

if TYPE_CHECKING:
    from labtools.upgrade.upgrade import Upgrade


def add(commands) -> None:
    upgrade = declare(
        commands, "upgrade", run, phrase("bring old manifests (Ingress, Deployment, Service) to today's versions")
    )
    upgrade.add_argument("path", metavar="FOLDER_OR_FILE", type=given.place)
    upgrade.add_argument(
        "--write", action="store_true", help=str(phrase("change the files; without it they are only shown"))
    )
    upgrade.add_argument(
        "--old-lines", action="store_true", help=str(phrase("keep each old line as a comment beside the new one"))
    )


def run(chosen: argparse.Namespace) -> int:
    """Exit code 1 when files would change and `--write` was not given, as `diff` has it, or when one had to be left."""
    from labtools.upgrade.upgrade import upgrade

    upgraded = upgrade(chosen.path, old_lines=chosen.old_lines)
    for file in upgraded.files:
        if file.changes:
            print(f"{file.name}\n{file.difference}\n")
            for change in file.changes:
                where = phrase("line {line}", line=change.line) if change.line else change.field
                sides = [side or phrase("(nothing)") for side in (change.old, change.new)]
                print(f"  {where}: {sides[0]}  ->  {sides[1]}\n    {change.why}")
            print()
    for note in upgraded.notes:
        print(phrase("For you to decide: {note}", note=note))
    for left in upgraded.left:
        print(phrase("Left as it is: {left}", left=left))
    if not upgraded:
        print(upgraded.summary)
        return FAILED if upgraded.left else OK
    if not chosen.write:
        print(phrase("Nothing was written; `--write` changes the files."), file=sys.stderr)
        return FAILED
    return FAILED if not _write(upgraded) or upgraded.left else OK


def _write(upgraded: "Upgrade") -> bool:
    """Says what was written, even when Ctrl-C ends it half way."""
    written: list[str] = []
    failed: list[str] = []
    try:
        for path, error in upgraded.writes():
            (failed if error else written).append(error or path.name)
    finally:
        if written:
            print(phrase("Written: {names}", names=", ".join(written)))
        for error in failed:
            print(error, file=sys.stderr)
    return not failed
