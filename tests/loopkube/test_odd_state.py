"""Odd files in a cluster's folder: read for what they are, or passed over; never a traceback."""

import sqlite3
from pathlib import Path

import pytest
from loopkube import cluster
from loopkube.api.store.store import Store
from loopkube.node import strays
from loopkube.node.images import Catalogue, PullError
from loopkube.process import lock_file
from loopkube.process.startup import _number

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b"}}


@pytest.mark.parametrize("text", ["99999", "-1", "8e3", "\N{ARABIC-INDIC DIGIT FIVE}x", "9" * 5000, "", "\0\0"])
def test_a_port_that_is_none_is_not_taken(tmp_path: Path, text: str) -> None:
    (tmp_path / "api.port").write_text(text)
    assert _number(tmp_path / "api.port", 65535) == 0


def test_a_port_is_taken_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "api.port").write_text("6443\n")
    assert _number(tmp_path / "api.port", 65535) == 6443


def test_files_of_others_among_the_records_of_processes(tmp_path: Path) -> None:
    folder = cluster.home(tmp_path) / "processes"
    (folder / "123").mkdir(parents=True)
    (folder / ".x.swp").write_bytes(b"b0VIM")
    assert cluster.status(tmp_path).state == "stopped"
    (folder / "999999999").write_bytes(b"\xff\xfe")
    assert cluster.status(tmp_path).state == "dead"
    assert strays.end_strays(cluster.home(tmp_path)) == []
    assert {file.name for file in folder.iterdir()} == {"123", ".x.swp"}


@pytest.mark.parametrize("text", ["[]", "5", "null", '{"pid": 7}', '{"folder": 5, "kubeconfig": []}', "\0"])
def test_a_record_of_a_cluster_that_is_none(tmp_path: Path, text: str) -> None:
    cluster.home(tmp_path).mkdir()
    cluster.info_file(tmp_path).write_text(text)
    assert cluster.status(tmp_path) == cluster.ClusterStatus("dead")


def test_a_lock_with_odd_words(tmp_path: Path) -> None:
    held = lock_file.take(tmp_path / "lock")
    (tmp_path / "lock").write_bytes(b"\xff\x00")
    assert held and lock_file.holder(tmp_path / "lock") == 0


@pytest.mark.parametrize("text", [b"- a\n- b\n", b"{", b"5", b"\xff\xfe\x00", b"&a [*a]", b"[" * 600])
def test_a_list_of_images_that_is_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "images.yaml").write_bytes(text)
    assert Catalogue(tmp_path).find("python:3.13-alpine").command == ("python3",)
    with pytest.raises(PullError, match=r"images\.yaml (cannot be read|must map image names to programs)"):
        Catalogue(tmp_path).find("busybox")


def test_a_list_of_images_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "images.yaml").mkdir()
    assert Catalogue(tmp_path).find("python:3.13-alpine")


def _with(path: Path, *changes: tuple) -> None:
    store = Store(path)
    store.create("pods", POD)
    store.close()
    with sqlite3.connect(path) as db:
        for change in changes:
            db.execute(*change)
    db.close()


@pytest.mark.parametrize("raw", [b"[]", b"5", b"null", b'"x"', b"{}", b'{"metadata": []}', b"\xff", b""])
def test_what_is_no_object_is_damage(tmp_path: Path, raw: bytes) -> None:
    _with(tmp_path / "state.db", ("UPDATE objects SET raw = ?", (raw,)))
    store = Store(tmp_path / "state.db")
    assert "1 objects cannot be read" in store.notice and store.list("pods") == []
    assert list(tmp_path.glob("state.db.damaged-*"))


def test_the_log_of_writes_of_another_file_is_left_alone(tmp_path: Path) -> None:
    """As after a copy of state.db alone, or of its -wal alone."""
    _with(tmp_path / "state.db")
    (tmp_path / "state.db-wal").write_bytes(b"\x37\x7f\x06\x82" + b"x" * 5000)
    store = Store(tmp_path / "state.db")
    assert store.notice == "" and len(store.list("pods")) == 1
    store.close()
    (tmp_path / "state.db").unlink()
    (tmp_path / "state.db-wal").write_bytes(b"left over")
    assert Store(tmp_path / "state.db").list("pods") == []


@pytest.mark.parametrize("left", [1, 99, 4096, 5000])
def test_a_state_that_was_cut_off(tmp_path: Path, left: int) -> None:
    _with(tmp_path / "state.db")
    path = tmp_path / "state.db"
    path.write_bytes(path.read_bytes()[:left])
    store = Store(path)
    assert "was damaged" in store.notice and store.list("pods") == []
