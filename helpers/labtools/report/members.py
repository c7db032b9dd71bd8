"""The reports of a folder, by author and folder; what cannot be read is kept, with the reason."""

import filecmp
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from labcore.errors import BadArgument
from labcore.language.messages import phrase

from labtools.report import reading

NAME = "report.json"
_LATEST = "latest"  # beside the reports of `lab report`, a link to the newest of them
_LONGEST = 200  # letters of an author
_OUT = phrase("this is a link to somewhere outside of this folder; copy the report to here")


class Member(NamedTuple):
    """One report, named by its author and its folder; it is {} where it could not be read, and `problem` says why."""

    who: str
    report: dict
    problem: str = ""


def collect(folder: Path) -> list[Member]:
    """Every report below `folder`, each once; raises BadArgument if there is none."""
    if (folder / NAME).exists():
        raise BadArgument(
            phrase("{folder} is a report itself; give the folder that holds the folders of all reports", folder=folder)
        )
    folders, strange = sorted(_folders(folder)), sorted(_leading_out(folder))
    members = [_read(each / NAME, _who(each, folder)) for each in folders if not _is_copy(each)]
    members += [Member(_who(link, folder), {}, _OUT) for link in strange]
    if not members:
        raise BadArgument(
            phrase(
                "there is no report.json below {folder}; give each report a folder: {folder}/NAME/report.json",
                folder=folder,
            )
        )
    return sorted(members, key=lambda member: _natural(member.who))


def _natural(who: str) -> list[tuple[int, str]]:
    """Learner 2 stands before Learner 10."""
    return [
        (int(part), "") if part.isascii() and part.isdecimal() else (0, part) for part in re.split(r"([0-9]{1,9})", who)
    ]


def _who(path: Path, folder: Path) -> str:
    """A name that is not text (another system's letters) is shown with marks in its place."""
    name = os.fsencode(path.relative_to(folder).as_posix())
    return name.decode("utf-8", errors="replace")


def _folders(folder: Path) -> Iterator[Path]:
    """Folders with something called report.json. No link is followed: what it leads to in this folder counts there."""
    for path, folders, files in os.walk(folder):
        report_folder = Path(path)
        if (NAME in files and not _leads_out(report_folder / NAME, folder)) or NAME in folders:
            yield report_folder


def _leading_out(folder: Path) -> Iterator[Path]:
    """Links to folders elsewhere, and folders whose report.json is a link to elsewhere."""
    for path, folders, files in os.walk(folder):
        links = [Path(path) / name for name in [*folders, *([NAME] if NAME in files else [])]]
        yield from (link.parent if link.name == NAME else link for link in links if _leads_out(link, folder))


def _leads_out(path: Path, folder: Path) -> bool:
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle lead nowhere
        return True


def _is_copy(report: Path) -> bool:
    """`latest` where copying made a folder of the link; a folder of that name with a report of its own is none."""
    file = report / NAME
    if report.name != _LATEST or not _may_be_read(file):
        return False
    others = (other for other in report.parent.glob(f"*/{NAME}") if other.parent != report and _may_be_read(other))
    return any(other.stat().st_size == file.stat().st_size and filecmp.cmp(other, file, False) for other in others)


def _may_be_read(file: Path) -> bool:
    return file.is_file() and not file.is_symlink() and os.access(file, os.R_OK)


def _read(file: Path, who: str) -> Member:
    try:
        report = reading.read(file)
    except BadArgument as error:
        return Member(who, {}, error.message)
    author = " ".join(report.get("author", "").split())[:_LONGEST]
    return Member(f"{author} ({who})" if author else who, report)
