"""hostPath volumes: files of this machine, which every node here stands on. None is made that is not there."""

import stat
from collections.abc import Callable
from pathlib import Path

from loopkube.node.environment import ConfigError

_TYPES: dict[str, tuple[str, Callable[[int], bool]]] = {
    "Directory": ("directory", stat.S_ISDIR),
    "File": ("file", stat.S_ISREG),
    "Socket": ("socket file", stat.S_ISSOCK),
    "CharDevice": ("character device", stat.S_ISCHR),
    "BlockDevice": ("block device", stat.S_ISBLK),
}
_NOTHING_IS_MADE = "and this cluster makes nothing on this machine outside of its own folder"


def check(source: dict) -> None:
    """Raises ConfigError for what is not there, or is something else (pkg/volume/hostpath, checkType)."""
    path, path_type = source["path"], source.get("type", "")
    kind = path_type.removesuffix("OrCreate")
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        why = "" if kind == path_type and kind else f", {_NOTHING_IS_MADE}"
        raise ConfigError(f"hostPath {path} doesn't exist{why}") from None
    if not kind:
        return
    word, fits = _TYPES[kind]
    if not fits(mode):
        raise ConfigError(f"hostPath type check failed: {path} is not a {word}")
