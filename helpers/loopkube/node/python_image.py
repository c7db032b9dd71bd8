"""The image `python:3.*`: the Python that runs the lab, as a bare virtual environment without any package.

Made by hand (three links, two files), as `python -m venv` takes longer than the Pod that waits for it.
"""

import platform
import shutil
import sys
from pathlib import Path

VERSION = platform.python_version()
_SUPPORT = Path(__file__).with_name("inside_python.py")
_MODULE = "_loopkube_pod"


def build(folder: Path) -> Path:
    """Make or renew the environment in `folder`; returns it. Costs nothing when it is there already."""
    base = Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    settings = f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {VERSION}\nexecutable = {base}\n"
    marker = folder / "pyvenv.cfg"
    libraries = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    support = libraries / f"{_MODULE}.py"
    if marker.exists() and marker.read_text() == settings and _same(support):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    libraries.mkdir(parents=True)
    (folder / "bin").mkdir()
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (folder / "bin" / name).symlink_to(base)
    support.write_bytes(_SUPPORT.read_bytes())
    # A .pth line rather than sitecustomize.py: a distribution's own sitecustomize would hide ours.
    (libraries / f"{_MODULE}.pth").write_text(f"import {_MODULE}\n")
    marker.write_text(settings)
    return folder


def _same(support: Path) -> bool:
    return support.exists() and support.read_bytes() == _SUPPORT.read_bytes()
