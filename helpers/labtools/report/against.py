"""What changed since an earlier report: manifests first, for they are usually why; then what was seen otherwise."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from labcore.errors import BadArgument
from labcore.language.messages import phrase, stored

from labtools.report import changed_files, changed_outputs, reading

COLUMNS = ("where", "what", "before", "after")


class Change(NamedTuple):
    """One difference: where (a file, a package, a notebook's cell), what of it, and both sides in words."""

    where: str
    what: str
    before: str
    after: str


def read(path: Path) -> dict:
    """A report.json, or the one in a report's folder; raises BadArgument."""
    file = path / "report.json" if path.is_dir() else path
    if not file.is_file():
        raise BadArgument(
            phrase("there is no report at {file}; name a folder that `lab report` has written: reports/DATE", file=file)
        )
    return reading.read(file)


def changes(earlier: dict, now: dict) -> list[Change]:
    """All differences of two reports as data; outputs that vary from run to run, and durations, do not count."""
    listed = [*_of_manifests(earlier, now), *_of_facts(earlier, now)]
    languages = earlier.get("language", ""), now.get("language", "")
    if languages[0] != languages[1]:
        listed.append(Change(phrase("reports"), phrase("language; words are not compared"), *languages))
    before = {notebook["name"]: notebook for notebook in earlier["notebooks"]}
    for notebook in now["notebooks"]:
        if notebook["name"] not in before:
            listed.append(Change(notebook["name"], phrase("notebook"), phrase("-"), stored(notebook["state"])))
            continue
        states = before[notebook["name"]]["state"], notebook["state"]
        if "left out" in states:  # one of them has no outputs to compare
            if states[0] != states[1]:
                listed.append(Change(notebook["name"], phrase("notebook"), *map(stored, states)))
            continue
        listed += _of_notebook(before[notebook["name"]], notebook, languages[0] == languages[1])
    return listed


def _of_manifests(earlier: dict, now: dict) -> Iterator[Change]:
    """Files that both reports name, or that one of them would name if it had run the same notebooks."""
    old, new = earlier.get("manifests") or {}, now.get("manifests") or {}
    same_notebooks = {n["name"] for n in earlier["notebooks"]} == {n["name"] for n in now["notebooks"]}
    for name in sorted(old.keys() | new.keys()) if same_notebooks else sorted(old.keys() & new.keys()):
        if old.get(name) != new.get(name):
            sides = [_written(report, digests.get(name)) for report, digests in ((earlier, old), (now, new))]
            for change in changed_files.differences(name, *sides):
                yield Change(name, *change)


def _written(report: dict, digest: str | None) -> changed_files.Side:
    return changed_files.Side(digest, (report.get("files") or {}).get(digest or ""))


def _of_facts(earlier: dict, now: dict) -> Iterator[Change]:
    for kind, word in {"versions": phrase("version"), "cluster": phrase("cluster")}.items():
        old, new = earlier.get(kind) or {}, now.get(kind) or {}
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name) and name != "entry":
                yield Change(name, word, old.get(name, phrase("-")), new.get(name, phrase("-")))


def _of_notebook(earlier: dict, now: dict, same_language: bool) -> Iterator[Change]:
    before = {cell.get("id") or cell["number"]: cell for cell in earlier["cells"]}
    for cell in now["cells"]:
        old = before.pop(cell.get("id") or cell["number"], None)
        if old is None:
            yield Change(_place(now, cell), phrase("cell"), phrase("-"), stored(cell["state"]))
            continue
        if old["source"] != cell["source"]:
            yield Change(_place(now, cell), phrase("code"), *changed_outputs.lines_apart(old["source"], cell["source"]))
        yield from (
            Change(_place(now, cell), *change) for change in changed_outputs.differences(old, cell, same_language)
        )
    for old in before.values():
        yield Change(_place(now, old), phrase("cell"), stored(old["state"]), phrase("-"))


def _place(notebook: dict, cell: dict) -> str:
    name = cell.get("id") or "-"
    return phrase("{notebook}, cell {number} ({id})", notebook=notebook["name"], number=cell["number"], id=name)
