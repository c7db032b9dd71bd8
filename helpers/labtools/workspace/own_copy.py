"""The learner's copy of the notebooks: `my/en`, which git ignores, made from the originals without their outputs.

Beside each copy stands its base, the original as it was copied (`.base`). When an original changes, cell by cell what
the learner has changed stays, the rest is renewed, and the copy as it was is kept in `older`.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from labcore import progress
from labcore.errors import LabError, unknown
from labcore.language import choice, typed
from labcore.language.messages import joined, phrase
from labcore.machine import paths
from loopkube.cluster import private
from nbformat import NotebookNode

from labtools.workspace import merging, series

BASE, OLDER = ".base", "older"
MOST = 64 * 1024 * 1024
"""Bytes of a notebook that is read."""


@dataclass
class Copies:
    """The learner's folder of one language; `say` gets a sentence for each copy that is renewed."""

    language: str
    say: Callable[[str], object] = print

    @property
    def folder(self) -> Path:
        """A folder for each language, in the person's own state."""
        return paths.own_copies() / self.language

    def refresh(self) -> Path:
        """Make what is missing, renew what has changed; returns the folder. Raises OSError."""
        for folder in (self.folder, self.folder / BASE):
            private.folder(folder)
        for original in series.notebooks(self.language):
            self._refresh(original)
        return self.folder

    def fresh(self, name: str) -> None:
        """Begin the notebooks with `name` in their names anew, and forget what was predicted and solved in them."""
        chosen = [original for original in series.notebooks(self.language) if name in original.name]
        if not chosen:
            raise unknown(phrase("notebook"), name, [path.stem for path in series.notebooks(self.language)])
        for original in chosen:
            copy = self.folder / original.name
            kept = self._keep(copy) if copy.exists() else None
            self._write(original.name, without_outputs(read(original)))
            progress.forget(original.stem.partition("_")[0])
            self._said(phrase("{notebook} begins anew", notebook=original.name), kept)

    def _refresh(self, original: Path) -> None:
        copy, now = self.folder / original.name, without_outputs(read(original))
        if not copy.exists():
            self._write(original.name, now)
            return
        base = _readable(self.folder / BASE / original.name)
        if base is not None and _sources(base) == _sources(now):
            return
        mine = _readable(copy)
        if mine is None:
            kept = self._keep(copy)
            self._write(original.name, now)
            self._said(phrase("{notebook} could not be read, and was made anew", notebook=original.name), kept)
            return
        if base is not None and _sources(base) == _sources(mine) and not any(cell.outputs for cell in code_of(mine)):
            self._write(original.name, now)  # nothing of the learner's is in it
            return
        made, stayed = merging.merged(base or mine, mine, now)
        kept = self._keep(copy)
        self._write(original.name, made, base=now)
        changed = phrase(
            "{notebook} was renewed, as its original has changed; cells of yours that stayed: {number}",
            notebook=original.name,
            number=stayed,
        )
        self._said(changed, kept)

    def _write(self, name: str, notebook: NotebookNode, base: NotebookNode | None = None) -> None:
        """The copy first: a base that is older than its copy is merged again, and changes nothing."""
        private.folder(self.folder / BASE)
        private.write(self.folder / name, nbformat.writes(notebook))
        private.write(self.folder / BASE / name, nbformat.writes(base or notebook))

    def _keep(self, copy: Path) -> Path:
        """Move a copy to `older`, under a name that nothing has."""
        older = private.folder(self.folder / OLDER)
        stamp = time.strftime("%Y-%m-%d_%H-%M-%S")
        names = (f"{copy.stem}_{stamp}{f'_{n}' if n else ''}.ipynb" for n in range(1000))
        return copy.rename(next(older / name for name in names if not (older / name).exists()))

    def _said(self, what: str, kept: Path | None) -> None:
        as_it_was = phrase(" (as it was before: {file})", file=typed.path(kept)) if kept else ""
        self.say(joined("", [what, as_it_was]))


def read(path: Path) -> NotebookNode:
    """A notebook; raises LabError, which names the file."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError(phrase("it is not a regular file"))
        if path.stat().st_size > MOST:
            raise ValueError(phrase("it is larger than {size} MB", size=MOST // 1024**2))
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        return _of_text(notebook)
    except RecursionError:
        raise LabError(phrase("{file} is not a notebook: {error}", file=path, error="RecursionError")) from None
    except Exception as error:  # whatever a library says of a file that somebody has written by hand
        raise LabError(phrase("{file} is not a notebook: {error}", file=path, error=_short(error))) from error


def _of_text(notebook: NotebookNode) -> NotebookNode:
    """With a question mark for half a character, which JSON can name and no file can hold."""
    return nbformat.from_dict(json.loads(json.dumps(notebook, ensure_ascii=False).encode(errors="replace")))


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """The same notebook, changed in place."""
    for cell in code_of(notebook):
        cell.outputs, cell.execution_count = [], None
    return notebook


def code_of(notebook: NotebookNode) -> Iterator[NotebookNode]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def _readable(path: Path) -> NotebookNode | None:
    try:
        return read(path)
    except LabError:
        return None


def _sources(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    return [(cell.get("id", ""), cell.cell_type, cell.source) for cell in notebook.cells]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]


if __name__ == "__main__":  # `start` has the copies made where somebody else starts the notebook server
    for language in choice.LANGUAGES:
        Copies(language).refresh()
