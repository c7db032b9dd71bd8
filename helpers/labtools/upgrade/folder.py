"""The manifest files of a folder; what is a link, a pipe or a device is named, and not followed."""

import os
import stat
from pathlib import Path

from labcore.errors import BadManifest
from labcore.language.messages import phrase
from labcore.yaml import texts

SUFFIXES = (".yaml", ".yml", ".json")


def manifest_files(source: str | Path) -> tuple[list[Path], dict[Path, str]]:
    """The files that a path names (itself, or those below it), and what is left out, with the reason."""
    root = texts.named(source)
    if not root.is_dir():
        return [root], {}
    files: list[Path] = []
    left: dict[Path, str] = {}
    for folder, folders, names in os.walk(root):  # does not follow links
        folders.sort()
        for path in (Path(folder) / name for name in sorted([*names, *folders])):
            _sort_in(path, root, files, left)
    if not files and not left:
        raise BadManifest(
            phrase("the folder {source} holds no {suffixes} file", source=source, suffixes=", ".join(SUFFIXES)),
            str(source),
        )
    return files, left


def _sort_in(path: Path, root: Path, files: list[Path], left: dict[Path, str]) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        if not path.resolve().is_relative_to(root.resolve()) and (path.suffix in SUFFIXES or path.is_dir()):
            left[path] = phrase("it is a link that leads out of the folder, to {target}", target=path.resolve())
    elif path.suffix in SUFFIXES and stat.S_ISREG(mode):
        files.append(path)
    elif path.suffix in SUFFIXES and not stat.S_ISDIR(mode):
        left[path] = phrase("it is a pipe or a device, no regular file")
