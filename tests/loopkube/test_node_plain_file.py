"""Files that a container could have exchanged: nobody waits for them, and nothing else is read or written instead."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from loopkube.node import plain_file


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("x")


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_link(path: Path) -> None:
    path.with_name("elsewhere").write_text("not yours")
    path.symlink_to("elsewhere")


ODD = pytest.mark.parametrize("make", [a_pipe, a_folder, a_device, a_link])


@ODD
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "file")
    began = time.monotonic()
    with pytest.raises(OSError):
        plain_file.read(tmp_path / "file", 10)
    assert time.monotonic() - began < 1


@ODD
def test_what_is_no_plain_file_is_not_written_to(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "file")
    with pytest.raises(OSError):
        plain_file.append(tmp_path / "file")


@ODD
def test_a_file_is_put_in_the_place_of_anything(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "file")
    plain_file.replace(tmp_path / "file", b"new", 0o600)
    assert plain_file.read(tmp_path / "file", 10) == b"new"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    if make is a_link:
        assert (tmp_path / "elsewhere").read_text() == "not yours"


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(1 << 40)
    assert plain_file.read(tmp_path / "file", 5, 7) == bytes(5)


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        plain_file.read(tmp_path / "file", 5)
