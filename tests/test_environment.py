"""environment.yml, pyproject.toml and requirements.lock name the same things."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-site.lock", "requirements-hub.lock")


def pins(name: str) -> list[Requirement]:
    """The lines of a lock file without their hashes."""
    return [Requirement(line) for line in re.findall(r"^[^\s#].*==[^\\\n]*", (ROOT / name).read_text(), re.MULTILINE)]


LOCK = {canonicalize_name(pin.name): pin for name in LOCKS for pin in pins(name)}


def test_every_dependency_is_locked_within_its_range() -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in (line for group in groups for line in group):
        wanted = Requirement(text)
        (pin,) = LOCK[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(Version(pin.version))


def test_a_learner_gets_no_tools_of_tests() -> None:
    assert not {"pytest", "mypy", "ruff", "sphinx"} & {pin.name for pin in pins("requirements.lock")}


def test_the_lock_holds_plain_pins_only() -> None:
    assert all(re.fullmatch(r"==\S+", str(r.specifier)) and not r.url for r in LOCK.values())


def test_conda_installs_the_same_pins() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pip == ["-r requirements.lock"]  # no `-e .`: pip refuses it beside hashes
    assert "pip install --no-deps --no-build-isolation -e ." in (ROOT / "postBuild").read_text()


def test_conda_python_is_allowed() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(d for d in environment["dependencies"] if isinstance(d, str) and d.startswith("python="))
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python.removeprefix("python="))


def imported(source: str) -> set[str]:
    """The first names of all modules that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found}


def sources(folder: str) -> list[str]:
    """What the Python files and notebooks below a folder run; recordings are data."""
    files = [path for path in (ROOT / folder).rglob("*.py") if "recordings" not in path.parts]
    notebooks = [json.loads(path.read_text()) for path in (ROOT / folder).rglob("*.ipynb")]
    code = ["".join(cell["source"]) for book in notebooks for cell in book["cells"] if cell["cell_type"] == "code"]
    python = TransformerManager()  # of commands and magics, too
    return [path.read_text() for path in files] + [python.transform_cell(cell) for cell in code]


def names(group: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in group}


@pytest.mark.parametrize(
    ("folder", "group"), [("helpers", ""), ("notebooks/en", ""), ("bench", "test"), ("tests", "test")]
)
def test_what_is_imported_is_a_dependency(folder: str, group: str) -> None:
    """Not only a dependency of a dependency, which may drop it. Modules of no package are the project's own.

    loopkube's plugin is loaded by pytest, and by nothing else.
    """
    listed = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"].get(group, [])) | {"ingress-lab"}
    modules = {name for source in sources(folder) for name in imported(source)} - sys.stdlib_module_names
    modules -= {"pytest"} if folder == "helpers" else set()
    brings = {name: {canonicalize_name(p) for p in found} for name, found in packages_distributions().items()}
    assert {name for name in modules if name in brings and not listed & brings[name]} == set()


def test_the_lock_has_one_version_of_each_package() -> None:
    """A wheelhouse is filled with another patch version of Python than the room's: both need the same files."""
    for name in LOCKS[1:]:
        here, first = ({canonicalize_name(pin.name) for pin in pins(lock)} for lock in (name, LOCKS[0]))
        assert len(pins(name)) == len(here) and not here & first
    lines = [pin for name in LOCKS for pin in pins(name)]
    versions = {(canonicalize_name(pin.name), str(pin.specifier)) for pin in lines}
    assert len(LOCK) == len(versions)
    assert not [line for line in lines if re.search(r"python_full_version.*'\d+\.\d+\.\d+'", str(line.marker))]
