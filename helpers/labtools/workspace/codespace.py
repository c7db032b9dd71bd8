"""JupyterLab in a GitHub Codespace: behind GitHub's proxy it has another name than the one it listens on."""

import re
from collections.abc import Mapping

NAME, DOMAIN = "CODESPACE_NAME", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"


def options(environment: Mapping[str, str]) -> list[str]:
    """Pages of this codespace alone may open its WebSockets; GitHub asks for a login, and JupyterLab for its token."""
    if not _there(environment):
        return []
    origin = rf"https://{re.escape(environment[NAME])}-\d+\.{re.escape(environment[DOMAIN])}"
    return [f"--ServerApp.allow_origin_pat={origin}", "--ServerApp.allow_remote_access=True"]


def url(environment: Mapping[str, str], port: int) -> str:
    """Where the port is for a browser; "" outside of a codespace."""
    return f"https://{environment[NAME]}-{port}.{environment[DOMAIN]}/" if _there(environment) else ""


def _there(environment: Mapping[str, str]) -> bool:
    return bool(environment.get(NAME) and environment.get(DOMAIN))
