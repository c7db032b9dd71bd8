"""The authors' commands."""

import argparse
import sys
from pathlib import Path

from ingress_lab import home, language
from ingress_lab.authoring import phrases, running


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ingress_lab.authoring", description="For authors of the series.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_notebooks(commands)
    _add_messages(commands)
    chosen = parser.parse_args()
    return chosen.run(chosen)


def _add_notebooks(commands) -> None:
    words = "run notebooks afresh and store their outputs, free of what differs between machines"
    command = commands.add_parser("notebooks", help=words, description=words)
    command.add_argument("only", nargs="?", default="", help="part of a notebook's path: 07, ko/00; without it all")
    command.set_defaults(run=lambda chosen: running.run_all(home.project() / "notebooks", chosen.only))


def _add_messages(commands) -> None:
    words = "add new phrases of the sources to the message files, drop stale ones, and list what has no words yet"
    command = commands.add_parser("messages", help=words, description=words)
    command.set_defaults(run=lambda chosen: _messages())


def _messages() -> int:
    missing = 0
    for name in language.LANGUAGES[1:]:
        found = phrases.update(Path(language.file(name)))
        missing += len(found)
        print(f"{language.file(name).name}: {len(found)} without words")
        for words in found:
            print(f"  {words}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
