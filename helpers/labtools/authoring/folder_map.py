"""docs/map.md: every folder with one sentence, the first one of its package's docstring."""

import ast
import re
from pathlib import Path

from labcore.machine import paths

PACKAGES = ("ingress_lab", "labexercises", "labtools", "labcore", "loopkube")
OTHERS = {
    "notebooks/en": "The series as its authors write it.",
    "notebooks/ko": "The same in Korean: the same code cells, prose of its own.",
    "manifests": "What the notebooks apply, a folder for each; cluster files, controllers, applications (`app`).",
    "docs": "The two ways through the code, what the local cluster does like a real one, measurements, this map.",
    "hub": "JupyterHub: the image of a person's server, values for Zero to JupyterHub, settings for one machine.",
    "setup": "What `setup.sh` does before it downloads anything, and how it installs the packages.",
    "site": "How the site of the series looks and is searched: settings, style and templates for Sphinx.",
    "bench": "`make bench` measures the local cluster, `make measure` the code.",
    "tests": "What holds for all of it: imports, documents, manifests, set-up; and the fixtures that all tests share.",
    "tests/ingress_lab": "Unit tests of `ingress_lab`.",
    "tests/labtools": "Unit tests of `labtools`.",
    "tests/labcore": "Unit tests of `labcore`.",
    "tests/loopkube": "Unit tests of `loopkube`.",
    "tests/shared": "What the unit tests of the lab's packages share: stand-ins for a server, an API, programs.",
    "tests/flows": "Tests on a running cluster, and the replays of what a real cluster was recorded to answer.",
    "tests/notebooks": "The notebooks: their form, their twins, their runs, also on clusters that lack something.",
    "tests/faults": "Crashes, faults and load: nothing may be lost.",
    "tests/fuzz": "Random requests: none may get a 5xx.",
    "tests/recordings": "Answers of a real cluster; never changed by hand.",
}
"""Folders that are not packages of `helpers`."""

_SENTENCE = re.compile(r".*?[.](?=\s|$)", re.DOTALL)


def file() -> Path:
    return paths.project() / "docs" / "map.md"


def text() -> str:
    """The whole document, as it should be now."""
    lines = [
        "# The map of the house", "",
        "What stands where: each folder with the first sentence of its docstring. `make map` writes this list; change",
        "a docstring, not a line here. [flow.md](flow.md) shows how the folders work together.",
    ]  # fmt: skip
    for name in PACKAGES:
        package = paths.project() / "helpers" / name
        lines += ["", f"## {name}", "", sentence(package), "", "| folder | what belongs in it |", "|---|---|"]
        folders = sorted(init.parent for init in package.rglob("__init__.py") if init.parent != package)
        lines += [
            _row(f"helpers/{name}", folder.relative_to(package).as_posix(), sentence(folder)) for folder in folders
        ]
    lines += ["", "## Beside the packages", "", "| folder | what belongs in it |", "|---|---|"]
    return "\n".join([*lines, *(_row("", folder, description) for folder, description in OTHERS.items()), ""])


def sentence(package: Path) -> str:
    """The first sentence of a package's docstring."""
    whole = " ".join((ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or "").split())
    match = _SENTENCE.match(whole)
    return match[0] if match else whole


def _row(parent: str, folder: str, description: str) -> str:
    path = f"{parent}/{folder}".lstrip("/")
    return f"| [{folder}](../{path}) | {description.replace('|', chr(92) + '|')} |"


def write() -> Path:
    """Writes docs/map.md; a test compares it with the docstrings."""
    file().write_text(text(), encoding="utf-8")
    return file()
