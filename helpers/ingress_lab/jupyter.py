"""Jupyter and IPython keep their files in the lab's state folder: nothing in the learner's home is touched."""

import json
import os
from pathlib import Path

FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}
_NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab asks on its first page whether it may fetch news; a lab has no use for either answer."""


def use_own_folders(state: Path) -> None:
    """Set Jupyter's folders in this process' environment, where the learner has not set them."""
    place = state / "jupyter"
    for variable, name in FOLDERS.items():
        folder = Path(os.environ.setdefault(variable, str(place / name)))
        folder.mkdir(parents=True, exist_ok=True)
    settings = place / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(_NO_NEWS))
