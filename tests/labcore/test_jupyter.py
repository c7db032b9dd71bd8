"""Jupyter's own files stay in the project."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from labcore.machine import jupyter

VARIABLES = tuple(jupyter.FOLDERS)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "restored afterwards")
        del os.environ[name]


def test_folders_are_below_the_state_folder(tmp_path: Path) -> None:
    jupyter.use_own_folders(tmp_path)
    assert all(Path(os.environ[name]).is_relative_to(tmp_path) for name in VARIABLES)
    asked = [sys.executable, "-m", "jupyter", "--paths", "--json"]
    paths = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    assert paths["runtime"] == [os.environ["JUPYTER_RUNTIME_DIR"]]
    assert os.environ["JUPYTER_CONFIG_DIR"] in paths["config"]
    assert str(Path.home() / ".jupyter") not in paths["config"]


def test_a_learners_own_choice_stays(tmp_path: Path) -> None:
    os.environ["JUPYTER_CONFIG_DIR"] = str(tmp_path / "mine")
    jupyter.use_own_folders(tmp_path / "lab")
    assert os.environ["JUPYTER_CONFIG_DIR"] == str(tmp_path / "mine")


def test_jupyterlab_begins_with_the_labs_settings_and_keeps_the_learners(tmp_path: Path) -> None:
    """Each name is a setting that this JupyterLab has."""
    jupyter.use_own_folders(tmp_path)
    lab = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas" / "@jupyterlab"
    for name, values in jupyter.SETTINGS.items():
        schema = json.loads((lab / f"{name}.json").read_text(encoding="utf-8"))
        assert values.keys() <= schema["properties"].keys()
        file = tmp_path / "jupyter" / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        assert json.loads(file.read_text()) == values
        file.write_text("{}")
    jupyter.use_own_folders(tmp_path)
    assert file.read_text() == "{}"


def test_pictures_shrink_where_jupyterlab_reads_the_labs_style(tmp_path: Path) -> None:
    jupyter.use_own_folders(tmp_path)
    program = (
        "from jupyterlab.labapp import LabApp; from jupyter_server.serverapp import ServerApp\n"
        "assert LabApp().custom_css is False; print(ServerApp().static_custom_path[0])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (Path(done.stdout.strip()) / "custom.css").read_text() == jupyter.CSS
    os.environ["JUPYTER_CONFIG_DIR"] = str(tmp_path / "mine")
    jupyter.use_own_folders(tmp_path)
    assert not (tmp_path / "mine" / "custom").exists()
