"""`lab upgrade PATH`: old manifests in today's form, each changed line with its reason."""

import argparse
import sys
from pathlib import Path

from ingress_lab.commands import FAILED, OK, declare
from ingress_lab.messages import phrase


def add(commands) -> None:
    upgrade = declare(
        commands, "upgrade", run, phrase("bring old manifests (Ingress, Deployment, Service) to today's versions")
    )
    upgrade.add_argument("path", metavar="FOLDER_OR_FILE", type=Path)
    upgrade.add_argument(
        "--write", action="store_true", help=str(phrase("change the files; without it they are only shown"))
    )
    upgrade.add_argument(
        "--old-lines", action="store_true", help=str(phrase("keep each old line as a comment beside the new one"))
    )


def run(chosen: argparse.Namespace) -> int:
    """Exit code 1 when files would change and `--write` was not given, as `diff` has it."""
    from ingress_lab.manifests.upgrading.upgrade import upgrade

    found = upgrade(chosen.path, old_lines=chosen.old_lines)
    for file in found.files:
        if file.changes:
            print(f"{file.name}\n{file.difference!r}\n")
            for change in file.changes:
                place = phrase("line {line}", line=change.line) if change.line else change.field
                print(f"  {place}: {change.old or '(nothing)'}  ->  {change.new or '(nothing)'}\n    {change.why}")
            print()
    for note in found.notes:
        print(phrase("For you to decide: {note}", note=note))
    if not found:
        print(repr(found))
        return OK
    written = found.write() if chosen.write else []
    if written:
        print(phrase("Written: {names}", names=", ".join(path.name for path in written)))
        return OK
    print(phrase("Nothing was written; `--write` changes the files."), file=sys.stderr)
    return FAILED
