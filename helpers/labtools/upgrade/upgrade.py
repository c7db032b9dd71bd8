"""Files and folders upgraded: the new text, every change with its reason, and what is left to a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingress_lab.display.progress import line
from labcore.errors import BadManifest, LabError
from labcore.language.messages import english, joined, phrase
from labcore.language.untrusted import visible
from labcore.machine import paths
from labcore.yaml import encoded
from labcore.yaml.comparing import Difference, compare
from labcore.yaml.documents import Source, is_path, load
from labcore.yaml.texts import text_of

from labtools.upgrade import folder
from labtools.upgrade.edit import Change
from labtools.upgrade.one_text import Upgraded, upgraded
from labtools.upgrade.writing import replace

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table


@dataclass(frozen=True)
class File:
    """One file (or text): as it was, as it is, what changed and what a person has to decide."""

    name: str
    path: Path | None
    before: str
    after: str
    changes: Sequence[Change]
    notes: Sequence[str]
    left: str = ""  # why it stays as it is, where something stood in the way
    read: encoded.Written | None = field(default=None, repr=False)

    @property
    def difference(self) -> Difference:
        """Line by line, from the file as it was."""
        return compare(self.before, self.after, left=phrase("before"), right=phrase("after"))


@dataclass(frozen=True)
class Upgrade:
    """The upgrade of some manifests; nothing is written to a file until `write()`."""

    files: Sequence[File]

    def __bool__(self) -> bool:
        """Is there anything to change?"""
        return any(file.changes for file in self.files)

    def __iter__(self) -> Iterator[dict]:
        """The upgraded objects, for `lab.apply(upgrade)`."""
        return (document.obj for file in self.files for document in load(file.after))

    @property
    def text(self) -> str:
        """The upgraded YAML."""
        return "---\n".join(file.after for file in self.files)

    @property
    def notes(self) -> list[str]:
        return [note for file in self.files for note in file.notes]

    @property
    def difference(self) -> Difference:
        """Before and after, side by side."""
        before, after = ("---\n".join(texts) for texts in zip(*((f.before, f.after) for f in self.files), strict=True))
        return compare(before, after)

    @property
    def changes(self) -> "Table":
        """Each changed line: as it was, as it is, and why."""
        from ingress_lab.display.tables import table

        several = len(self.files) > 1
        columns = [*(["file"] if several else []), "old_line", "new_line", "why"]
        rows = [
            {"file": file.name, "old_line": change.old or None, "new_line": change.new or None, "why": change.why}
            for file in self.files
            for change in file.changes
        ]
        made = table(rows, columns, title="upgrade")
        made.attrs["note"] = joined("\n", [*self.left, *self.notes])
        return made

    @property
    def left(self) -> list[str]:
        """The files that stay as they are although something stood in the way, each with the reason."""
        return [phrase("{name}: {why}", name=f.name or phrase("the text"), why=f.left) for f in self.files if f.left]

    def write(self) -> list[Path]:
        """Write the files that changed; returns them. Raises LabError for those that could not be written."""
        written: list[Path] = []
        failed: list[str] = []
        for path, error in self.writes():
            if error:
                failed.append(error)
            else:
                written.append(path)
        if failed:
            raise LabError(joined("\n", failed))
        return written

    def writes(self) -> Iterator[tuple[Path, str]]:
        """Write one file after the other; each with what went wrong ("")."""
        for file in self.files:
            if file.path is None or file.read is None or not file.changes:
                continue
            try:
                replace(file.path, file.read.as_bytes(file.after), file.read.data)
                yield file.path, ""
            except LabError as error:
                yield file.path, error.message

    @property
    def summary(self) -> str:
        decided = not self.notes and not self.left
        return (
            phrase("nothing to upgrade: every manifest is of a version that is served today")
            if decided
            else phrase("no line is changed; see what is said of each file")
        )

    def __repr__(self) -> str:
        return repr(self.changes) if self else visible(english(self._said))

    def __str__(self) -> str:
        return str(self.changes) if self else visible(self._said)

    @property
    def _said(self) -> str:
        return joined("\n", [self.summary, *self.left, *self.notes])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        if not self:
            return {"text/plain": str(self)}
        return {"text/plain": str(self), "text/html": self.changes._repr_html_()}


def upgrade(source: Source, *, old_lines: bool = False) -> Upgrade:
    """Today's form of manifests; `old_lines` keeps each old line as a comment beside its new one.

    In a folder, a file that cannot be read is named, and the others are upgraded.
    """
    if not (isinstance(source, str | Path) and is_path(source)):
        text = text_of(source)
        return Upgrade([_file("", None, upgraded(text, "", old_lines))])
    files_named, left = folder.manifest_files(source)
    alone = files_named == [paths.find(source)]
    files = [_unread(path, why) for path, why in left.items()]
    with line(phrase("reading {source}", source=source)) as progress:
        for path in files_named:
            progress.say(str(path))
            try:
                read = encoded.read(path)
                files.append(_file(path.name, path, upgraded(read.text, path.name, old_lines), read))
            except BadManifest as error:
                if alone:
                    raise
                files += _bad(path, error)
    return Upgrade(sorted(files, key=lambda file: str(file.path)))


def _file(name: str, path: Path | None, text: Upgraded, read: encoded.Written | None = None) -> File:
    notes = list(text.notes)
    if read and read.encoding == "cp949" and text.changes:
        notes.append(phrase("{name} is written in CP949; kubectl expects UTF-8", name=name))
    return File(name, path, text.before, text.after, text.changes, notes, text.left, read)


def _unread(path: Path, why: str) -> File:
    return File(path.name, path, "", "", (), (), why)


def _bad(path: Path, error: BadManifest) -> list[File]:
    """Of JSON, only what looks like a manifest is worth a word: folders hold other JSON as well."""
    if path.suffix == ".json" and b'"apiVersion"' not in path.read_bytes()[: encoded.LARGEST]:
        return []
    return [_unread(path, error.message)]
