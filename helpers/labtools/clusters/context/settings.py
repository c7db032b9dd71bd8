"""What the lab remembers of a cluster that is not its own: a file a context in `.lab/context`."""

import getpass
import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from labcore.machine import paths
from loopkube.cluster import private


@dataclass(frozen=True)
class Settings:
    """The entry as given or found (`host:port`, "" for: find it), the prefix, and the namespaces worked in."""

    http: str = ""
    https: str = ""
    prefix: str = ""
    found: bool = False
    """Whether `lab up` found the entry; else it was given."""
    namespaces: list[str] = field(default_factory=list)


def read(context: str) -> Settings:
    """What was found out about this context; the defaults where nothing, or an older form, is kept."""
    try:
        return Settings(**json.loads(_file(context).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Settings()


def write(context: str, settings: Settings) -> None:
    """Keeps it in a file that only this person can read."""
    path = _file(context)
    private.folder(path.parent)
    private.write(path, json.dumps(asdict(settings)))


def note_namespace(context: str, namespace: str) -> None:
    """Remember where the lab worked: an account that may not list namespaces could not find out again."""
    known = read(context)
    if namespace not in known.namespaces:
        write(context, replace(known, namespaces=[*known.namespaces, namespace]))


def forget(context: str) -> bool:
    """False when nothing was kept."""
    there = _file(context).exists()
    _file(context).unlink(missing_ok=True)
    return there


def default_prefix() -> str:
    """`lab-ann-` for user ann: people who share a cluster do not meet in one namespace."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have
        user = ""
    slug = re.sub(r"[^a-z0-9-]+", "-", user.lower()).strip("-")[:20].strip("-")
    return f"lab-{slug}-" if slug else "lab-"


def _file(context: str) -> Path:
    return paths.state() / "context" / f"{re.sub(r'[^A-Za-z0-9._-]+', '_', context)}.json"
