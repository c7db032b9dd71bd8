"""Jupyter and IPython keep their files in the lab's state folder: nothing in the learner's home is touched."""

import json
import os
from pathlib import Path

from loopkube.cluster import private

FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
OWN = ("IPYTHONDIR", "KUBECACHEDIR", "npm_config_cache")
"""Startup files of a person's IPython would change what cells print; kubectl and npm would write into their home."""
FOREIGN = ("PYTHONPATH", "PYTHONSTARTUP")
"""A person's modules and startup file are not meant for the lab's Python, and could replace parts of it."""
SAFE = {"PYTHONSAFEPATH": "1"}
"""For what starts kernels: `python -m` in a notebook's folder must not take a `random.py` of that folder for Python's.
Cells import from there as ever, and what they start is free of it."""
_STARTUP = """\
import os, sys
try:
    from labcore.clusters import environment
    os.environ.update(environment.unconnected())
    del environment
except ImportError:  # a kernel of another Python
    pass
if os.environ.pop("PYTHONSAFEPATH", "") and "" not in sys.path:
    sys.path.insert(0, "")
del os, sys
"""
"""The lab's modules come before the notebook's folder may be looked into."""
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "filebrowser-extension/browser": {"showLastModifiedColumn": False},
    "notebook-extension/tracker": {"codeCellConfig": {"lineNumbers": False, "lineWrap": True}},
}
"""What JupyterLab begins with; a learner's own choice stays. It asks on its first page whether it may fetch news, and a
lab has no use for either answer; the names of notebooks do not fit beside a date; and a command that is wider than its
cell would end out of sight."""
CSS = """\
.jp-RenderedSVG.jp-mod-unconfined > img { max-width: max(100%, 720px); height: auto; }
"""
"""A picture that is wider than its cell shrinks to it as far as its letters stay legible; then its place scrolls."""


def caches(state: Path) -> dict[str, str]:
    """Where kubectl and npm (which JupyterLab starts) keep theirs; without a home, kubectl takes the current folder."""
    folder = private.folder(state / "cache")
    return {"KUBECACHEDIR": str(folder / "kubectl"), "npm_config_cache": str(folder / "npm")}


def use_own_folders(state: Path) -> None:
    """Set Jupyter's folders in this process' environment, where the learner has not set them."""
    folder = private.folder(state / "jupyter")
    for variable, name in FOLDERS.items():
        own = folder / name
        if os.environ.setdefault(variable, str(own)) == str(own):
            private.folder(own)
        else:
            Path(os.environ[variable]).mkdir(parents=True, exist_ok=True)
    private.folder(folder / "ipython")
    os.environ |= {"IPYTHONDIR": str(folder / "ipython"), **caches(state)}
    for variable in FOREIGN:
        os.environ.pop(variable, None)
    startup = private.folder(folder / "ipython" / "profile_default" / "startup")
    private.write(startup / "00-lab.py", _STARTUP)
    if os.environ["JUPYTER_CONFIG_DIR"] == str(folder / "config"):
        private.write(private.folder(folder / "config" / "custom") / "custom.css", CSS)
    for name, values in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        if not file.exists():
            private.folder(file.parent)
            private.write(file, json.dumps(values))
