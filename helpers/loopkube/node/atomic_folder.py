"""A folder whose files change all at once, laid out as the kubelet's AtomicWriter lays it out.

`KEY -> ..data/KEY`, `..data -> ..TIME`; an update writes a new `..TIME` folder and swaps the link `..data`.
"""

import contextlib
import itertools
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from loopkube.node import plain_file

Payload = dict[str, tuple[bytes, int]]
"""{relative path: (content, mode)}"""


def write(folder: Path, payload: Payload) -> bool:
    """Make `folder` hold exactly `payload`; returns whether anything changed. Raises ValueError (see `check`)."""
    for path in payload:
        check(path)
    data = folder / "..data"
    if data.is_symlink() and _holds(data, payload):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="..", dir=folder))
    fresh.chmod(0o755)
    for path, (content, mode) in payload.items():
        target = fresh / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        target.write_bytes(content)
        target.chmod(mode)
    _swap(folder, data, fresh, {PurePosixPath(path).parts[0] for path in payload})
    return True


def check(path: str) -> None:
    """Refuse a path that would leave the folder."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or path.startswith(".."):
        raise ValueError(f"invalid path {path!r}: must stay inside the volume")


def _swap(folder: Path, data: Path, fresh: Path, names: set[str]) -> None:
    old = data.readlink().name if data.is_symlink() else ""
    link = fresh.with_name(f"{fresh.name}.link")
    link.symlink_to(fresh.name)
    link.rename(data)
    present = {p.name for p in folder.iterdir() if not p.name.startswith("..")}
    for name in names - present:
        (folder / name).symlink_to(Path("..data") / name)
    for name in present - names:
        (folder / name).unlink()
    if old.startswith("..") and old != ".." and not (folder / old).is_symlink():
        shutil.rmtree(folder / old, ignore_errors=True)


def _holds(data: Path, payload: Payload) -> bool:
    root = data.resolve()
    most = 2 + sum(len(PurePosixPath(path).parts) for path in payload)  # a container may have put more there
    files = {str(p.relative_to(root)) for p in itertools.islice(root.rglob("*"), most) if p.is_file()}
    return files == payload.keys() and all(_is(root / name, *expected) for name, expected in payload.items())


def _is(path: Path, content: bytes, mode: int) -> bool:
    with contextlib.suppress(OSError):
        return plain_file.read(path, len(content) + 1) == content and path.stat().st_mode & 0o777 == mode
    return False
