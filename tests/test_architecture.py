"""The house rules that a machine can check: imports point one way, files stay small, start-up stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HELPERS = ROOT / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))

# What every part of loopkube may use; a part may use nothing else of loopkube than these and itself.
SHARED = {
    "addresses", "api.errors", "api.links", "client", "clock", "config", "events", "held", "https_client",
    "informer", "kinds.kind", "kinds.registry", "kubeadm_patches", "kubeconfig", "labels", "log_file", "low_ports",
    "placement", "private", "quantity", "upstream",
}  # fmt: skip
PARTS = ("api", "kinds", "controllers", "scheduling", "scheduler", "node", "l4", "service_proxy", "store")
HEAVY = ("pandas", "kubernetes", "jsonschema", "requests", "IPython", "scapy", "ruamel", "drawsvg")
ALLOWED = {
    "api": {"store", "kinds.spec", "kinds.shared"},  # a kind's own module is known to kinds.registry alone
    "scheduler": {"scheduling"},
    "service_proxy": {"l4"},
    "node": {"l4"},
    "store": {"state_file"},
}


def imported(path: Path) -> set[str]:
    """Full names of the project's own modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if is_module(f"{node.module}.{alias.name}")}
    return {name for name in found if name.split(".")[0] in ("loopkube", "ingress_lab")}


def is_module(name: str) -> bool:
    path = HELPERS / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(HELPERS).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_one_way(path: Path) -> None:
    name = module_name(path)
    for target in imported(path):
        if name.startswith("loopkube"):
            assert not target.startswith("ingress_lab"), f"{name} imports {target}: loopkube knows nothing of the lab"
        elif target.startswith("loopkube."):
            assert target.startswith("loopkube.cluster"), (
                f"{name} imports {target}: only loopkube.cluster is open to it"
            )


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_parts_meet_only_through_the_api(path: Path) -> None:
    name = module_name(path).removeprefix("loopkube.")
    part = next((p for p in PARTS if name == p or name.startswith(p + ".")), None)
    if part is None or not module_name(path).startswith("loopkube."):
        return
    for target in imported(path):
        inner = target.removeprefix("loopkube.")
        own = inner == part or inner.startswith(part + ".")
        friend = any(inner == a or inner.startswith(a + ".") for a in ALLOWED.get(part, set()))
        shared = any(inner == s or inner.startswith(s + ".") for s in SHARED)
        assert own or friend or shared or inner in ("loopkube", "api", "kinds"), f"loopkube.{name} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("module", ["ingress_lab.cli", "loopkube.cluster", "loopkube.serve"])
def test_commands_start_light(module: str) -> None:
    """The heavy libraries are loaded where they are used, not by starting a command."""
    code = f"import sys, {module}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
