"""The controllers' programs in manifests, whose modules have plain names: loaded without leaving them behind."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

MAKER = Path(__file__).parents[2] / "manifests" / "controllers" / "make.py"


def maker() -> ModuleType:
    """What writes the programs as ConfigMaps."""
    spec = importlib.util.spec_from_file_location("make_controllers", MAKER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
