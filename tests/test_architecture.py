"""The house rules that a machine can check: imports point one way, files stay small, start-up stays light."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

from bench import imports

ROOT = Path(__file__).parent.parent
HELPERS = ROOT / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))
PACKAGES = sorted(path.parent for path in MODULES if path.name == "__init__.py")
HEAVY = ("pandas", "kubernetes", "jsonschema", "requests", "IPython", "scapy", "ruamel", "drawsvg")
RARE = (
    *("cel_expr_python", "cronsim", "cryptography", "dnslib", "durationpy", "jwt", "zoneinfo"),
    *("loopkube.api.policies.compiled", "loopkube.api.webhooks.mutating", "loopkube.shared.cel.evaluate"),
)
"""What a cluster needs only where somebody asks DNS, configures admission, or schedules a CronJob."""
TOPS = {"loopkube": 10, "labcore": 12, "ingress_lab": 12}
SMALL = 7_000
"""Lines of what notebooks import."""


def name(path: Path) -> str:
    return ".".join(path.relative_to(HELPERS).with_suffix("").parts).removesuffix(".__init__")


def test_imports_point_one_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The contracts stand in pyproject.toml, under tool.importlinter."""
    monkeypatch.chdir(ROOT)
    # it would silence every logger that there is, for all tests that come after this one
    monkeypatch.setattr(cli, "_configure_logging", lambda verbose: None)
    code = cli.lint_imports(no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("package", [*TOPS, "labexercises", "labtools"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    assert imports.cycles(HELPERS / package) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_what_notebooks_import_stays_small() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in (HELPERS / "ingress_lab").rglob("*.py"))
    assert lines <= SMALL


@pytest.mark.parametrize("package", TOPS)
def test_the_top_of_a_package_is_seen_at_a_glance(package: str) -> None:
    there = [p.name for p in (HELPERS / package).iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()]
    assert len([n for n in there if n not in ("__init__.py", "__main__.py")]) <= TOPS[package], sorted(there)


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=str)
def test_every_package_says_what_belongs_in_it(folder: Path) -> None:
    if folder not in PACKAGES:
        assert folder.name in ("inside_python", "examples"), f"{folder} has no __init__.py"
        return
    assert (importlib.import_module(name(folder / "__init__.py")).__doc__ or "").strip()


@pytest.mark.parametrize("module", ["labtools.cli", "loopkube.cluster", "loopkube.process.serve"])
def test_commands_start_light(module: str) -> None:
    """The heavy libraries are loaded where they are used, not by starting a command."""
    code = f"import sys, {module}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_cluster_starts_without_what_few_clusters_use() -> None:
    code = f"import sys, loopkube.process.startup; print([m for m in {RARE} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
