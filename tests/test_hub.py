"""What a JupyterHub is given of this project: image, chart values, settings, and each person's folder by `start`."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

ROOT = Path(__file__).parent.parent
IMAGE = (ROOT / "hub" / "Dockerfile").read_text()
VALUES = yaml.safe_load((ROOT / "hub" / "values.yaml").read_text())
MEASURED = 495
"""Megabytes of a person with two notebooks open: docs/browser.md."""


def python_of_conda() -> str:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    return next(str(line) for line in environment["dependencies"] if str(line).startswith("python="))[7:]


def test_the_image_has_the_python_of_binder_and_starts_by_start() -> None:
    assert re.search(r"^FROM python:([\d.]+)", IMAGE, re.MULTILINE)[1] == python_of_conda()  # type: ignore[index]
    assert "sh setup.sh \\\n    && sh setup.sh hub" in IMAGE
    assert 'ENTRYPOINT ["/opt/ingress-lab/start"]' in IMAGE and IMAGE.index("USER 1000") > IMAGE.index(
        "RUN sh setup.sh"
    )


def test_what_is_somebody_s_own_gets_into_no_image() -> None:
    left_out = (ROOT / "hub" / "Dockerfile.dockerignore").read_text().split()
    assert {".lab", "my", "reports", ".venv", "wheelhouse"} <= set(left_out)


def test_server_and_chart_are_of_one_version_of_jupyterhub() -> None:
    (pinned,) = re.findall(r"^jupyterhub==(\d+\.\d+)\.", (ROOT / "requirements-hub.lock").read_text(), re.MULTILINE)
    assert f"(chart 4.4: JupyterHub {pinned})" in (ROOT / "hub" / "values.yaml").read_text()


def test_each_person_gets_more_memory_than_was_measured() -> None:
    memory = VALUES["singleuser"]["memory"]
    assert int(memory["guarantee"].removesuffix("M")) >= 1.5 * MEASURED and memory["limit"] == "2G"
    assert (
        VALUES["singleuser"]["networkPolicy"]["enabled"] and VALUES["hub"]["config"]["DummyAuthenticator"]["password"]
    )


def test_a_hub_of_one_machine_starts_servers_by_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_HUB", str(tmp_path / "state"))
    monkeypatch.setenv("PATH", os.environ["PATH"])  # the settings put the project's programs first
    config, file = Config(), ROOT / "hub" / "jupyterhub_config.py"
    exec(compile(file.read_text(), file, "exec"), {"get_config": lambda: config, "__file__": str(file)})
    start, server = config.Spawner.cmd
    assert os.access(start, os.X_OK) and Path(start) == ROOT / "start" and server.endswith("/jupyterhub-singleuser")
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert Path(config.TraefikFileProviderProxy.dynamic_config_file).parent.is_dir()  # else the proxy cannot write it


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A project that others may only read, with two notebooks."""
    project = tmp_path / "project"
    for language in ("en", "ko"):
        folder = project / "notebooks" / language
        folder.mkdir(parents=True)
        (folder / "00_start_here.ipynb").symlink_to(ROOT / "notebooks" / language / "00_start_here.ipynb")
    for name in (".venv", "helpers", "manifests", "docs", "pyproject.toml"):
        (project / name).symlink_to(ROOT / name)
    (project / "reports").mkdir()
    (project / "start").write_bytes((ROOT / "start").read_bytes())
    return project


def begin(project: Path, home: Path, **environment: str) -> list[str]:
    """What a server that `start` runs sees: its folder, its first page, the language that kernels are told."""
    code = """import json, os, pathlib
settings = pathlib.Path(os.environ["JUPYTER_CONFIG_PATH"], "jupyter_server_config.json")
print(os.getcwd(), json.loads(settings.read_text())["ServerApp"]["default_url"], os.environ.get("INGRESS_LAB_LANG"))"""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", **environment}
    command = ["bash", str(project / "start"), str(ROOT / ".venv/bin/python"), "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_who_shares_a_project_works_at_home(shared: Path, tmp_path: Path) -> None:
    home, place = tmp_path / "home", tmp_path / "home" / "ingress-lab"
    place.mkdir(parents=True)
    (place / "docs").write_text("mine")
    shared.chmod(0o555)
    try:
        page = "/lab/tree/my/ko/00_start_here.ipynb"
        assert begin(shared, home, INGRESS_LAB_LANG="ko") == [str(place), page, "None"]
    finally:
        shared.chmod(0o755)
    assert (place / "manifests").readlink() == shared / "manifests" and not (place / "reports").exists()
    assert (place / "docs").read_text() == "mine" and (place / ".lab").stat().st_mode & 0o777 == 0o700
    assert sorted(path.parent.name for path in (place / "my").glob("*/*.ipynb")) == ["en", "ko"]
