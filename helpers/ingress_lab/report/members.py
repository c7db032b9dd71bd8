"""The reports of a folder, each with the name of the folder it is in; what cannot be read is kept, with the reason."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ingress_lab.errors import BadArgument
from ingress_lab.messages import phrase
from ingress_lab.report import against

NAME = "report.json"
_LATEST = "latest"  # beside the reports of `lab report`, a link to the newest of them


class Member(NamedTuple):
    """One report; `report` is {} where it could not be read, and `problem` says why."""

    who: str
    report: dict
    problem: str = ""


def collect(folder: Path) -> list[Member]:
    """Every report below `folder`, each once; raises BadArgument if there is none."""
    if (folder / NAME).exists():
        raise BadArgument(
            phrase("{folder} is a report itself; give the folder that holds the folders of all reports", folder=folder)
        )
    places = sorted(_places(folder))
    files = [place / NAME for place in places if not _is_copy(place)]
    if not files:
        raise BadArgument(
            phrase(
                "there is no report.json below {folder}; give each report a folder: {folder}/NAME/report.json",
                folder=folder,
            )
        )
    return [_read(file, file.parent.relative_to(folder).as_posix()) for file in files]


def _places(folder: Path) -> Iterator[Path]:
    """Folders with a report. Links are followed, too, but what lies elsewhere in the folder counts there only."""
    seen: set[Path] = set()
    for start in [folder, *_links(folder)]:
        for found, _, files in os.walk(start):
            place = Path(found)
            if NAME in files and place.resolve() not in seen:
                seen.add(place.resolve())
                yield place


def _links(folder: Path) -> Iterator[Path]:
    """In order; one that leads back to `folder`, or above it, is left out."""
    links = (Path(found) / name for found, names, _ in os.walk(folder) for name in names)
    return iter(
        sorted(link for link in links if link.is_symlink() and not folder.resolve().is_relative_to(link.resolve()))
    )


def _is_copy(place: Path) -> bool:
    """`latest` where copying made a folder of the link; a folder of that name with a report of its own is none."""
    if place.name != _LATEST:
        return False
    others = (file for file in place.parent.glob(f"*/{NAME}") if file.parent != place)
    return any(file.read_bytes() == (place / NAME).read_bytes() for file in others)


def _read(file: Path, who: str) -> Member:
    try:
        report = against.read(file)
        if not all(key in report for key in ("started", "notebooks", "passed")):
            return Member(who, {}, phrase("{file} is no report: {error}", file=file.name, error="started, notebooks"))
    except BadArgument as error:
        return Member(who, {}, error.message)
    return Member(who, report)
