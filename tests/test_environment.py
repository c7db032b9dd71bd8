"""environment.yml, pyproject.toml and requirements.lock name the same things."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = {
    canonicalize_name(r.name): r
    for line in (ROOT / "requirements.lock").read_text().splitlines()
    if line and not line.startswith("#")
    for r in [Requirement(line)]
}


def test_every_dependency_is_locked_within_its_range() -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in (line for group in groups for line in group):
        wanted = Requirement(text)
        pins = {str(s) for s in LOCK[canonicalize_name(wanted.name)].specifier}
        assert len(pins) == 1
        assert wanted.specifier.contains(Version(pins.pop().removeprefix("==")))


def test_the_lock_holds_plain_pins_only() -> None:
    assert all(re.fullmatch(r"==\S+", str(r.specifier)) and not r.url for r in LOCK.values())


def test_conda_installs_the_same_pins() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pip == ["-r requirements.lock", "-e ."]


def test_conda_python_is_allowed() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(d for d in environment["dependencies"] if isinstance(d, str) and d.startswith("python="))
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python.removeprefix("python="))
