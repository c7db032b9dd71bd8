"""What a newcomer meets first: README.md, its pictures, and the files that Binder and Dev Containers look for."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from labcore.language import choice
from labcore.machine import paths
from labtools.authoring import front

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| \[`(\d\d_\w+)`\]\((notebooks/\w\w/\w+\.ipynb)\) \|.*\| (\d+)\D* \|$", re.MULTILINE)
FIRST = "/lab/tree/notebooks/en/00_start_here.ipynb"


def rows(readme: str) -> list[tuple[str, str, str]]:
    """Name, link and minutes of each notebook in a README's table."""
    return ROW.findall((ROOT / readme).read_text())


def minutes(path: Path) -> str:
    said = re.search(r"About (\d+) minutes", json.dumps(json.loads(path.read_text())["cells"][0]["source"]))
    return said[1] if said else "none"


def test_the_readme_lists_every_notebook_with_the_time_that_it_names() -> None:
    stored = {path.stem: minutes(path) for path in sorted((ROOT / "notebooks/en").glob("*.ipynb"))}
    assert {name: time for name, _, time in rows("README.md")} == stored
    assert all(Path(link).stem == name for name, link, _ in rows("README.md"))


@pytest.mark.parametrize("spoken", choice.LANGUAGES)
def test_the_map_of_the_readme_is_the_one_of_notebook_07(spoken: str) -> None:
    assert front.place_of("routing-map.svg", spoken).read_text() == front.stored_map(spoken)


@pytest.mark.parametrize("spoken", choice.LANGUAGES)
@pytest.mark.parametrize("picture", ["routing-map.svg", "notebook.png", "report.png"])
def test_pictures_are_small_and_shown(picture: str, spoken: str) -> None:
    place = front.place_of(picture, spoken)
    readme = "README.md" if spoken == "en" else f"README.{spoken}.md"
    assert f"docs/images/{place.name}" in (ROOT / readme).read_text()
    assert 0 < place.stat().st_size < 200_000


def test_binder_finds_its_files_at_the_top() -> None:
    """repo2docker looks in `binder` or `.binder` alone where there is one; its conda build wants environment.yml."""
    assert not any((ROOT / name).exists() for name in ("binder", ".binder", "Dockerfile"))
    assert yaml.safe_load((ROOT / "environment.yml").read_text())["name"] == "ingress-lab"
    assert os.access(ROOT / "start", os.X_OK) and os.access(ROOT / "postBuild", os.X_OK)
    assert (ROOT / "start").read_text().startswith("#!/bin/bash\n")


def started(tmp_path: Path, state: str, code: str) -> str:
    environment = {**os.environ, "INGRESS_LAB_HOME": state, "HOME": str(tmp_path / "home")}
    environment.pop("JUPYTER_CONFIG_PATH", None)
    command = [str(ROOT / "start"), sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_start_opens_the_first_notebook_of_this_folder(tmp_path: Path) -> None:
    code = """
import os
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.load_config_file()
print(app.config.ServerApp.default_url, app.config.LabApp.default_url, os.getcwd())
"""
    assert started(tmp_path, str(tmp_path / "state"), code).split() == [FIRST, FIRST, str(ROOT)]
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_start_takes_the_home_folder_where_the_state_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shown = started(tmp_path, str(tmp_path / "file" / "state"), "import os; print(os.environ['INGRESS_LAB_HOME'])")
    assert shown.strip() == str(tmp_path / "home" / ".ingress-lab")


def test_the_dev_container_sets_up_as_a_machine_does() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(d for d in environment["dependencies"] if str(d).startswith("python=")).removeprefix("python=")
    assert container["postCreateCommand"] == "make setup"
    assert container["image"].endswith(f"/python:{python}")
    forwarded = {str(port) for port in container["forwardPorts"]}
    assert forwarded == set(container["portsAttributes"]) == {"8888", str(paths.HTTP_PORT), str(paths.HTTPS_PORT)}


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md"])
def test_what_a_project_is_expected_to_have_is_linked(name: str) -> None:
    assert f"]({name})" in (ROOT / "README.md").read_text()


def test_the_version_is_one() -> None:
    project = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert project and yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == project[1]
    assert project[1] in (ROOT / "CHANGELOG.md").read_text()
