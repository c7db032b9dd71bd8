"""Files and folders upgraded: the new text, every change with its reason, and what is left to a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingress_lab.manifests.comparing import Difference, compare
from ingress_lab.manifests.documents import Source, is_path, load
from ingress_lab.manifests.roundtrip import Editable, parts_of
from ingress_lab.manifests.texts import files_of, text_of
from ingress_lab.manifests.upgrading import ingress, renames, services, workloads
from ingress_lab.manifests.upgrading.edit import Change, Edit
from ingress_lab.messages import english, joined
from ingress_lab.messages import text as words

if TYPE_CHECKING:
    from ingress_lab.tables import Table


@dataclass(frozen=True)
class File:
    """One file (or text): as it was, as it is, what changed and what a person has to decide."""

    name: str
    path: Path | None
    before: str
    after: str
    changes: Sequence[Change]
    notes: Sequence[str]

    @property
    def difference(self) -> Difference:
        return compare(self.before, self.after, left=words("before"), right=words("after"))


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
        from ingress_lab.tables import table

        several = len(self.files) > 1
        columns = [*(["file"] if several else []), "old_line", "new_line", "why"]
        rows = [
            {"file": file.name, "old_line": change.old or None, "new_line": change.new or None, "why": change.why}
            for file in self.files
            for change in file.changes
        ]
        made = table(rows, columns, title="upgrade")
        made.attrs["note"] = joined("\n", self.notes)
        return made

    def write(self) -> list[Path]:
        """Write the files that changed; returns them."""
        written = []
        for file in self.files:
            if file.path is not None and file.changes:
                file.path.write_text(file.after, encoding="utf-8")
                written.append(file.path)
        return written

    def __repr__(self) -> str:
        return repr(self.changes) if self else str(english(words("nothing_to_upgrade")))

    def __str__(self) -> str:
        return str(self.changes) if self else str(words("nothing_to_upgrade"))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        if not self:
            return {"text/plain": str(self)}
        return {"text/plain": str(self), "text/html": self.changes._repr_html_()}


def upgrade(source: Source, *, old_lines: bool = False) -> Upgrade:
    """Today's form of manifests; `old_lines` keeps each old line as a comment beside its new one."""
    if isinstance(source, str | Path) and is_path(source):
        files = files_of(source)
        return Upgrade([_file(f.name, f.read_text(encoding="utf-8"), old_lines, f) for f in files])
    return Upgrade([_file("", text_of(source), old_lines)])


def _file(name: str, before: str, old_lines: bool, path: Path | None = None) -> File:
    changes: list[Change] = []
    notes: list[str] = []
    after, number, line = "", 1, 1
    for part in parts_of(before):
        if part.is_separator or not part.text.strip():
            after += part.text
            number += part.is_separator and bool(changes or after.strip("-\n "))
        else:
            where = words("document_number", file=name or words("the_text"), number=number)
            document = Editable(part.text, where)
            edit = Edit(document.root, where, old_lines, line)
            _apply(document.root, edit)
            after += document.written() if edit.changes else part.text
            changes += edit.changes
            notes += edit.notes
        line += part.text.count("\n")
    return File(name, path, before, after, changes, notes)


def _apply(root: Any, edit: Edit) -> None:
    if not isinstance(root, dict):
        return
    kind = root.get("kind")
    if kind in ("List", "IngressList", "DeploymentList", "ServiceList"):
        for item in root.get("items") or []:
            inner = Edit(item, edit.where, edit.keep_old, edit.first_line, edit.changes, edit.notes)
            _apply(item, inner)
    elif kind == "Ingress":
        ingress.upgrade(edit)
    elif kind in workloads.KINDS:
        workloads.upgrade(edit)
    elif kind == "Service":
        services.upgrade(edit)
    else:
        renames.upgrade(edit)
