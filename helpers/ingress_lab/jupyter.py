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
    "IPYTHONDIR": "ipython",
}
_NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab asks on its first page whether it may fetch news; a lab has no use for either answer."""


def use_own_folders(state: Path) -> None:
    """Set Jupyter's folders in this process' environment, where the learner has not set them."""
    place = private.folder(state / "jupyter")
    for variable, name in FOLDERS.items():
        own = place / name
        if os.environ.setdefault(variable, str(own)) == str(own):
            private.folder(own)
        else:
            Path(os.environ[variable]).mkdir(parents=True, exist_ok=True)
    settings = place / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    if not settings.exists():
        private.folder(settings.parent)
        private.write(settings, json.dumps(_NO_NEWS))
