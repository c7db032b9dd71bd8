"""The file that holds the objects: opened, checked, brought up to date, and set aside when it is damaged.

A damaged file is never written to and never removed: it keeps its content under another name, and the cluster
starts empty, which the notice says. A file of an older version of this package is brought up to date in place.
"""

import contextlib
import sqlite3
import time
from pathlib import Path

FIRST_VERSION = 1000
SCHEMA = 1
"""Counted up when the tables change; `_upgrade` brings older files here. 0 is what this package wrote at first."""


_SPOILT = """CASE WHEN json_valid(CAST(raw AS TEXT)) THEN
    json_type(CAST(raw AS TEXT)) != 'object' OR json_type(CAST(raw AS TEXT), '$.metadata') IS NOT 'object'
    ELSE 1 END OR typeof(version) != 'integer'"""
"""What is not an object of Kubernetes: not JSON, not a mapping, without metadata."""


class StoreError(Exception):
    """The disk does not take a write, or does not give back what was written; the message says what to do."""


def opened(path: Path | None) -> tuple[sqlite3.Connection, str]:
    """(the database, ready for use; a notice for the person, or ``). Without a path it lives in memory."""
    if path is None:
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _ready(db)
        return db, ""
    try:
        return _opened(path), ""
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise StoreError(explain(error, path)) from error
        aside = _set_aside(path)
        notice = f"The state in {path} was damaged ({error}). It is kept as {aside.name}; the cluster starts empty."
    return _opened(path), notice


def _opened(path: Path) -> sqlite3.Connection:
    existed = path.exists()
    if existed and path.stat().st_size == 0:
        raise _Empty("the file is empty")
    with contextlib.ExitStack() as stack:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        stack.callback(db.close)
        _prepare(db)
        if existed:
            _check(db)
        _ready(db)
        stack.pop_all()
        return db


def explain(error: sqlite3.Error, path: Path | None) -> str:
    """What a person can do about it."""
    code, where = getattr(error, "sqlite_errorname", ""), f"the cluster's state ({path})"
    if code.startswith("SQLITE_FULL"):
        return f"there is no room left on the disk for {where}: the write was not done; make room and try again"
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{where} cannot be written ({error}): the write was not done; make the folder writable and try again"
    return f"{where} cannot be read or written ({error}): the write was not done"


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=OFF")


class _Empty(sqlite3.DatabaseError):
    """A file that holds nothing, where a state should be."""


def _check(db: sqlite3.Connection) -> None:
    """Raises DatabaseError when the file is not whole, StoreError when it is of a newer version."""
    if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'objects'").fetchone()[0]:
        raise _Empty("there are no objects in it")
    result = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if result != "ok":
        raise sqlite3.DatabaseError(result)
    spoilt = db.execute(f"SELECT count(*) FROM objects WHERE {_SPOILT}").fetchone()[0]  # noqa: S608 - a constant
    if spoilt:
        raise sqlite3.DatabaseError(f"{spoilt} objects cannot be read")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise StoreError(
            "the cluster's state was written by a newer version of this package: use that version again, "
            "or remove the state with `lab down --delete`"
        )


def _ready(db: sqlite3.Connection) -> None:
    """With all tables, in the newest form."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS objects (resource TEXT, namespace TEXT, name TEXT, version INTEGER, raw BLOB,"
        " PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID"
    )
    db.execute("CREATE TABLE IF NOT EXISTS versions (one INTEGER PRIMARY KEY CHECK (one = 1), bound INTEGER)")
    db.execute("INSERT OR IGNORE INTO versions VALUES (1, ?)", (FIRST_VERSION,))
    if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
        db.execute(f"PRAGMA user_version={SCHEMA}")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the content is bad, and not the disk or the folder."""
    return getattr(error, "sqlite_errorname", "SQLITE_CORRUPT") in ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    return aside
