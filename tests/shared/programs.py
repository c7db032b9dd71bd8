"""The controllers' programs in manifests, whose modules have plain names: loaded without leaving them behind."""

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType


def load(files: Iterable[Path]) -> dict[str, ModuleType]:
    """{name: module} of a program's files."""
    paths = {file.stem: str(file.parent) for file in files}
    before = {name: sys.modules.pop(name) for name in paths if name in sys.modules}
    folders = dict.fromkeys(paths.values())
    sys.path[:0] = folders
    try:
        return {name: importlib.import_module(name) for name in paths}
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in paths:
            sys.modules.pop(name, None)
        sys.modules.update(before)
