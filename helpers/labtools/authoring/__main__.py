"""The authors' commands."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from labcore.errors import LabError
from labcore.language import choice
from labcore.machine import paths

from labtools.authoring import claim_list, folder_map, front, korean, phrases, running, template, twins


def main() -> int:
    """The exit code; an error of the lab is printed in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m labtools.authoring", description="For authors of the series.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_notebooks, _claims, _new, _messages, _sync, _accept, _prose, _korean, _pictures, _map, _site):
        add(commands)
    chosen = parser.parse_args()
    try:
        return chosen.run(chosen)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


def _declare(commands, name: str, summary: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.set_defaults(run=run)
    return command


def _notebooks(commands) -> None:
    summary = "run notebooks afresh and store their outputs, free of what differs between machines"
    command = _declare(
        commands, "notebooks", summary, lambda it: running.run_all(paths.project() / "notebooks", it.only)
    )
    command.add_argument("only", nargs="?", default="", help="part of a notebook's path: 07, ko/00; without it all")


def _claims(commands) -> None:
    summary = "list each sentence on a program's behaviour with the cell that proves it, and count commands and helpers"
    command = _declare(commands, "claims", summary, lambda it: claim_list.show(it.only))
    command.add_argument("only", nargs="?", default="", help="part of a notebook's name; without it all")


def _new(commands) -> None:
    summary = "make a new notebook of the series from the template"
    command = _declare(commands, "new", summary, _new_notebook)
    command.add_argument("name", help="two digits and a topic: 18_my_topic")


def _new_notebook(chosen: argparse.Namespace) -> int:
    made = template.make(chosen.name)
    print(f"{made} is there. Fill it, then: .venv/bin/python -m labtools.authoring notebooks {made.stem}")
    return 0


def _messages(commands) -> None:
    summary = "add new phrases of the sources to the message files, drop stale ones, and list what has no words yet"
    _declare(commands, "messages", summary, lambda it: _update_messages())


def _sync(commands) -> None:
    summary = "bring code of the English notebooks over to the other languages, and list the prose to write"
    command = _declare(commands, "sync", summary, lambda it: twins.sync(it.only))
    command.add_argument("only", nargs="?", default="", help="part of a notebook's name; without it all")


def _accept(commands) -> None:
    summary = "note that prose says what the English now says"
    command = _declare(commands, "accept", summary, lambda it: twins.accept(it.only, it.cells))
    command.add_argument("only", help="part of a notebook's name")
    command.add_argument("cells", nargs="*", help="ids of cells; without them all that are written")


def _prose(commands) -> None:
    summary = "print a notebook's prose as plain text, a block for each cell; with --read put it into the notebook"
    command = _declare(commands, "prose", summary, lambda it: twins.write_prose(it.only, it.read, beside=it.beside))
    command.add_argument("only", help="part of a notebook's name")
    command.add_argument("--beside", action="store_true", help="with the English above each block")
    command.add_argument("--read", type=Path, metavar="FILE", help="take the prose from FILE")


def _korean(commands) -> None:
    summary = "print a notebook's Korean prose as one page for reading; without a name count words avoided and sought"
    command = _declare(commands, "korean", summary, lambda it: korean.show(it.only, it.since))
    command.add_argument("only", nargs="?", default="", help="part of a notebook's name; without it the counts")
    command.add_argument("--since", default="", metavar="COMMIT", help="beside the counts of another commit")


def _pictures(commands) -> None:
    summary = (
        "draw the pictures of the READMEs into docs/images: the routing map, and with --report the top of a report"
    )
    command = _declare(commands, "pictures", summary, _draw)
    command.add_argument("--report", type=Path, metavar="FOLDER", help="a folder of `lab report`; needs Chromium")


def _map(commands) -> None:
    summary = "write docs/map.md, the list of all folders, from the docstrings of the packages"
    _declare(commands, "map", summary, lambda it: _write_map())


def _write_map() -> int:
    print(folder_map.write())
    return 0


def _site(commands) -> None:
    summary = "write the whole series as a static site into build/site; needs what `make site` installs"
    _declare(commands, "site", summary, lambda it: _build_site())


def _build_site() -> int:
    from labtools.authoring.site import build  # loads the exercises, which no other command here needs

    print(build.build(paths.project() / "build" / "site"))
    return 0


def _draw(chosen: argparse.Namespace) -> int:
    for spoken in choice.LANGUAGES:
        print(front.draw_map(spoken))
    if chosen.report:
        print(front.photograph(chosen.report))
    return 0


def _update_messages() -> int:
    missing = 0
    for name in choice.LANGUAGES[1:]:
        untranslated = phrases.update(choice.file(name))
        missing += len(untranslated)
        print(f"{choice.file(name).name}: {len(untranslated)} without words")
        for message in untranslated:
            print(f"  {message}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
