"""The image `python:3.*`: the Python that runs the lab, as a bare virtual environment without any package.

Made by hand (three links, two files), as `python -m venv` takes longer than the Pod that waits for it.
"""

import compileall
import platform
import shutil
import sys
import sysconfig
from pathlib import Path

from loopkube.node.l4 import low_ports

VERSION = platform.python_version()
_INSIDE = Path(__file__).with_name("inside_python")
_PACKAGE = "_loopkube_pod"
_TOOLS = ("getent", "tar")
"""Programs of the real image that a Pod's Python must stand in for: those of this machine know no Pod, unless it has
files and a network of its own."""
_TOOL = """#!/bin/sh
[ -n "$LOOPKUBE_POD" ] || [ ! -x /usr/bin/{name} ] || exec /usr/bin/{name} "$@"
exec "${{0%/*}}/python" -Pm {package}.{name} "$@"
"""


def build(folder: Path) -> Path:
    """Make or renew the environment in `folder`; returns it. Costs nothing when it is there already."""
    base = Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    settings = f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {VERSION}\nexecutable = {base}\n"
    marker = folder / "pyvenv.cfg"
    where = {"base": str(folder), "platbase": str(folder)}
    libraries = Path(sysconfig.get_path("purelib", "venv", where))
    package = libraries / _PACKAGE
    if marker.exists() and marker.read_text() == settings and _contents(package) == _inside():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    package.mkdir(parents=True)
    (folder / "bin").mkdir()
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (folder / "bin" / name).symlink_to(base)
    for name in _TOOLS:
        (folder / "bin" / name).write_text(_TOOL.format(package=_PACKAGE, name=name))
        (folder / "bin" / name).chmod(0o755)
    for name, text in _inside().items():
        (package / name).write_bytes(text)
    # A .pth line rather than sitecustomize.py: a distribution's own sitecustomize would hide ours.
    (libraries / f"{_PACKAGE}.pth").write_text(f"import {_PACKAGE}\n")
    # once and now: isolated containers see this folder read-only, and would compile it at each start
    compileall.compile_dir(package, quiet=2)
    marker.write_text(settings)
    return folder


def _contents(package: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in package.glob("*.py")}


def _inside() -> dict[str, bytes]:
    """What every Python of a Pod loads."""
    return _contents(_INSIDE) | {Path(low_ports.__file__).name: Path(low_ports.__file__).read_bytes()}
