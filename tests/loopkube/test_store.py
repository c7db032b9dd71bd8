"""The store: versions, history, and what survives a process that is killed."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from loopkube.api.store.store import FIRST_VERSION, Store, StoreError
from loopkube.api.store.table import HISTORY_EVENTS, Expired


def config_map(name: str, namespace: str = "a", **data: str) -> dict:
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name, "namespace": namespace}, "data": data}


def test_versions_grow_and_are_written_into_objects() -> None:
    store = Store()
    first = store.create("configmaps", config_map("x"))
    second = store.update("configmaps", config_map("x", size="xl"))
    assert FIRST_VERSION < first.version < second.version == store.version
    assert second.object.obj["metadata"]["resourceVersion"] == str(second.version)
    assert second.previous == first.object
    assert b'"size":"xl"' in second.object.raw


def test_names_are_taken_once() -> None:
    store = Store()
    store.create("configmaps", config_map("x"))
    with pytest.raises(KeyError):
        store.create("configmaps", config_map("x"))
    with pytest.raises(KeyError):
        store.update("configmaps", config_map("y"))


def test_lists_are_sorted_and_cut_by_namespace() -> None:
    store = Store()
    for namespace, name in [("b", "1"), ("a-c", "9"), ("a", "2"), ("a", "1")]:
        store.create("configmaps", config_map(name, namespace))
    names = [(s.obj["metadata"]["namespace"], s.obj["metadata"]["name"]) for s in store.list("configmaps")]
    assert names == [("a", "1"), ("a", "2"), ("a-c", "9"), ("b", "1")]
    assert [s.obj["metadata"]["name"] for s in store.list("configmaps", "a")] == ["1", "2"]
    assert store.list("configmaps", "none") == [] == store.list("secrets")


def test_a_removed_object_is_told_with_its_last_state() -> None:
    store = Store()
    created = store.create("configmaps", config_map("x", size="xl"))
    removed = store.delete("configmaps", "a", "x")
    assert removed.type == "DELETED"
    assert removed.object.obj["data"] == {"size": "xl"}
    assert removed.object.obj["metadata"]["resourceVersion"] == str(removed.version) != str(created.version)
    assert store.get("configmaps", "a", "x") is None


def test_events_since_a_version() -> None:
    store = Store()
    start = store.version
    store.create("configmaps", config_map("x"))
    middle = store.create("secrets", config_map("s")).version
    store.update("configmaps", config_map("x", size="s"))
    store.delete("configmaps", "a", "x")
    assert [e.type for e in store.since("configmaps", start)] == ["ADDED", "MODIFIED", "DELETED"]
    assert [e.type for e in store.since("configmaps", middle)] == ["MODIFIED", "DELETED"]
    with pytest.raises(Expired):
        store.since("configmaps", 1)


def test_history_is_a_window() -> None:
    store = Store()
    store.create("configmaps", config_map("x"))
    start = store.version
    for number in range(HISTORY_EVENTS + 1):
        store.update("configmaps", config_map("x", n=str(number)))
    with pytest.raises(Expired):
        store.since("configmaps", start)
    assert len(store.since("configmaps", start + 1)) == HISTORY_EVENTS


def test_one_bad_subscriber_does_not_silence_the_others() -> None:
    store, heard = Store(), []

    def fail(event: object) -> None:
        raise ValueError

    store.subscribe("configmaps", fail)
    end = store.subscribe("configmaps", heard.append)
    store.create("configmaps", config_map("x"))
    end()
    store.create("configmaps", config_map("y"))
    assert [e.object.obj["metadata"]["name"] for e in heard] == ["x"]


def test_a_store_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    store = Store(path)
    store.create("configmaps", config_map("x", size="xl"))
    store.create("configmaps", config_map("y"))
    last = store.delete("configmaps", "a", "y").version
    store.close()
    again = Store(path)
    assert [s.obj["data"] for s in again.list("configmaps")] == [{"size": "xl"}]
    assert again.create("configmaps", config_map("z")).version > last
    with pytest.raises(Expired):
        again.since("configmaps", last - 1)


KILLED = """
import os, signal, sys
from loopkube.api.store.store import Store
store = Store(sys.argv[1])
for n in range(40):
    obj = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": f"c{n}", "namespace": "a"}}
    print(store.create("configmaps", obj).version, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_every_acknowledged_write_survives_kill(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    done = subprocess.run([sys.executable, "-c", KILLED, path], capture_output=True, text=True, env=os.environ)
    assert done.returncode == -9
    acknowledged = [int(line) for line in done.stdout.split()]
    store = Store(path)
    assert sorted(s.version for s in store.list("configmaps")) == acknowledged
    assert len(acknowledged) == 40 and store.version >= acknowledged[-1]


# --- a bad disk ---


def test_a_full_disk_is_said_and_nothing_is_half_done(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    store.create("configmaps", config_map("x", size="s"))
    store._db.execute("PRAGMA max_page_count = 5")
    big = "x" * 100_000
    for write in (
        lambda: store.create("configmaps", config_map("y", size=big)),
        lambda: store.update("configmaps", config_map("x", size=big)),
    ):
        with pytest.raises(StoreError, match=r"no room left on the disk for the cluster's state .* make room"):
            write()
    assert [s.obj["data"] for s in store.list("configmaps")] == [{"size": "s"}]
    assert store.delete("configmaps", "a", "x").type == "DELETED"
    store.close()
    assert Store(tmp_path / "state.db").list("configmaps") == []


def test_a_write_that_the_system_refuses_is_not_done(tmp_path: Path) -> None:
    """RLIMIT_FSIZE in a process of its own: the system refuses to let the files grow."""
    path = tmp_path / "state.db"
    done = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    acknowledged, refused = done.stdout.split("|")
    assert "the write was not done" in refused
    again = Store(path)
    assert again.notice == ""
    assert sorted(s.obj["metadata"]["name"] for s in again.list("configmaps")) == sorted(acknowledged.split())


LIMITED = """
import resource, signal, sys
from loopkube.api.store.store import Store, StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store, done = Store(sys.argv[1]), []
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
try:
    for n in range(1000):
        metadata = {"name": f"c{n}", "namespace": "a"}
        obj = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata, "data": {"a": "x" * 5000}}
        store.create("configmaps", obj)
        done.append(f"c{n}")
except StoreError as error:
    print(*done, "|", error)
"""


@pytest.mark.parametrize("size", [0, 10, 4096, 9000])
def test_a_truncated_state_is_set_aside(tmp_path: Path, size: int) -> None:
    path = tmp_path / "state.db"
    store = Store(path)
    for number in range(100):
        store.create("configmaps", config_map(f"c{number}", text="x" * 500))
    store.close()
    os.truncate(path, size)
    again = Store(path)
    assert again.notice.startswith(f"The state in {path} was damaged (")
    assert "the cluster starts empty" in again.notice
    assert again.list("configmaps") == []
    kept = next(tmp_path.glob("state.db.damaged-*"))
    assert kept.stat().st_size == size
    again.create("configmaps", config_map("new"))
    again.close()
    assert Store(path).notice == ""


def test_an_object_that_is_no_longer_json_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    store = Store(path)
    store.create("configmaps", config_map("x"))
    store._db.execute("UPDATE objects SET raw = ?", (b'{"kind": "Conf\x00\x00',))
    store.close()
    assert "1 objects cannot be read" in Store(path).notice


def test_the_state_of_the_version_before_opens(tmp_path: Path) -> None:
    """As 0.1.0 wrote it before its files had a version."""
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as db:
        db.executescript(BEFORE)
    store = Store(path)
    assert store.notice == ""
    assert [s.obj["data"] for s in store.list("configmaps", "a")] == [{"size": "xl"}]
    assert store.create("configmaps", config_map("y")).version > 2001
    assert Store(path)._db.execute("PRAGMA user_version").fetchone() == (1,)


BEFORE = """
PRAGMA journal_mode=WAL;
CREATE TABLE objects (resource TEXT, namespace TEXT, name TEXT, version INTEGER, raw BLOB,
    PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
CREATE TABLE versions (one INTEGER PRIMARY KEY CHECK (one = 1), bound INTEGER);
INSERT INTO versions VALUES (1, 2001);
INSERT INTO objects VALUES ('configmaps', 'a', 'x', 1007, CAST(
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","namespace":"a","resourceVersion":"1007"},'
    || '"data":{"size":"xl"}}' AS BLOB));
"""


def test_the_state_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    store = Store(path)
    store._db.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(StoreError, match="newer version of this package"):
        Store(path)
    assert list(tmp_path.glob("*.damaged*")) == []
