"""Where things are: the project's folder, the lab's state, the wished-for ports."""

import os
from pathlib import Path

from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.machine import ownership

HTTP_PORT = 8080
HTTPS_PORT = 8443
OWN = "my"


def project(start: Path | None = None) -> Path:
    """The folder with `manifests/` and `notebooks/`: at or above `start`, else the one this package is in."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "manifests").is_dir():
            return folder
    return Path(__file__).resolve().parents[3]


def state() -> Path:
    """The lab's state folder: INGRESS_LAB_HOME, or `.lab` in the project. Raises NotYours."""
    given = os.environ.get("INGRESS_LAB_HOME", "")
    folder = Path(given).expanduser().resolve() if given else project() / ".lab"
    ownership.require_own(folder)
    return folder


def own_copies() -> Path:
    """Where the learner's copies of the notebooks are, in a folder for each language; git ignores it."""
    return project() / OWN


def is_own_copy(folder: Path | None = None) -> bool:
    """Whether this is where a learner's copy runs: its folder is the kernel's."""
    try:
        return (folder or Path.cwd()).resolve().parent == own_copies()
    except OSError:  # the folder was removed below us
        return False


def find(path: str | Path) -> Path | None:
    """A file or folder as named from here, else from the project's folder; None if neither exists."""
    given = Path(path).expanduser()
    return next((p for p in (given, project() / given) if p.exists()), None)


def wished_port(name: str, default: int, given: int | None = None) -> int:
    """A port: as given, else from the environment variable `name`, else the default."""
    text = os.environ.get(name, "")
    if given is None and not text:
        return default
    try:
        port = int(text) if given is None else given
    except ValueError:
        raise BadArgument(
            phrase('{name}="{text}" is not a port; set it to a number from 1 to 65535', name=name, text=text)
        ) from None
    if not 0 < port < 65536:
        raise BadArgument(phrase("{port} is not a port; ports are numbers from 1 to 65535", port=port))
    return port


def http_port(given: int | None = None) -> int:
    """The entry's port for HTTP: `given`, else INGRESS_LAB_HTTP_PORT, else 8080. Raises BadArgument."""
    return wished_port("INGRESS_LAB_HTTP_PORT", HTTP_PORT, given)


def https_port(given: int | None = None) -> int:
    """The entry's port for HTTPS: `given`, else INGRESS_LAB_HTTPS_PORT, else 8443. Raises BadArgument."""
    return wished_port("INGRESS_LAB_HTTPS_PORT", HTTPS_PORT, given)
