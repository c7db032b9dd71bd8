"""A state folder of another person, or one that others may change, is refused by every command."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from labcore.machine import ownership, paths
from labtools import cli
from labtools.doctor.facts import Machine
from loopkube.cluster import private

COMMANDS = [["up"], ["status"], ["down"], ["reset"], ["node"], ["doctor"], ["study"], ["explain", "http://a.b/"]]
COMMANDS += [["report"], ["up", "--cluster", "kind"], ["down", "--all"], ["images", "load", "x"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "state"
    made.mkdir(mode=0o755)
    monkeypatch.setenv("INGRESS_LAB_HOME", str(made))
    monkeypatch.delenv("SUDO_UID", raising=False)
    return made


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err and said.out == ""
    return said.err


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_folder_of_another_user(folder: Path, monkeypatch, capsys, arguments: list[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 4711)
    said = refusal(arguments, capsys)
    assert f"{folder} belongs to {ownership.name_of(folder.stat().st_uid)}" in said
    assert "export INGRESS_LAB_HOME=$HOME/.ingress-lab" in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o1777])
@pytest.mark.parametrize("arguments", [["up"], ["status"], ["down"], ["doctor"]], ids=" ".join)
def test_a_folder_that_others_may_change(folder: Path, capsys, arguments: list[str], mode: int) -> None:
    folder.chmod(mode)
    said = refusal(arguments, capsys)
    assert "other users" in said and f"chmod -R go-rwx {folder}" in said
    folder.chmod(0o755)
    assert paths.state() == folder


def test_root_is_sent_back(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(ownership, "ROOT", folder.stat().st_uid + 1)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    said = refusal(["up"], capsys)
    assert "run it without sudo, as " in said


def test_sudo_makes_no_folder_of_roots_in_a_persons(folder: Path, monkeypatch, capsys) -> None:
    owner = folder.stat().st_uid
    monkeypatch.setattr(ownership, "ROOT", owner + 1)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    monkeypatch.setenv("INGRESS_LAB_HOME", str(folder / "not" / "yet"))
    assert paths.state() == folder / "not" / "yet"  # root at home in its container
    monkeypatch.setenv("SUDO_UID", str(owner))
    assert "run it without sudo" in refusal(["up"], capsys)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_opened(folder: Path, monkeypatch, capsys) -> None:
    def closed(self: Path, **options) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(ownership.NotYours, match="cannot be opened"):
        ownership.require_own(folder)


def test_a_private_folder_is_made_so_and_closed_when_it_was_open(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = private.folder(tmp_path / "a" / "b")
        private.write(made / "file", "one")
        (tmp_path / "open").mkdir(mode=0o777)
        private.folder(tmp_path / "open")
        (made / "file").chmod(0o666)
        private.write(made / "file", "two")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"a": 0o700, "b": 0o700, "file": 0o600, "open": 0o700}
    assert (made / "file").read_text() == "two"


def test_a_link_that_was_planted_is_not_written_through(tmp_path: Path) -> None:
    own = f"file.{os.getpid()}-{threading.get_native_id()}.new"
    for name in ("file", own):
        (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    private.write(tmp_path / "file", "secret")
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / "file").read_text() == "secret" and list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_several_may_write_one_file_at_the_same_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for writing in [pool.submit(private.write, tmp_path / "ports.json", f"{n}" * 9) for n in range(400)]:
            writing.result()
    assert list(tmp_path.iterdir()) == [tmp_path / "ports.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
@pytest.mark.parametrize("verb", ["status", "down", "up", "doctor"])
def test_a_private_folder_of_another_user_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, verb: str
) -> None:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "private" / "lab"))
    cli.main(["status"])  # whatever it imports is read by root
    capsys.readouterr()
    (tmp_path / "private").mkdir(mode=0o700)
    try:
        os.seteuid(65534)
        assert cli.main([verb]) == 1
    finally:
        os.seteuid(0)
    said = capsys.readouterr()
    assert "export INGRESS_LAB_HOME=$HOME/.ingress-lab" in said.out + said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
def test_the_doctor_takes_what_it_may_not_look_into_for_there(tmp_path: Path) -> None:
    """The folder of another person's cluster is no stray one."""
    machine = Machine.here()
    (tmp_path / "private").mkdir(mode=0o700)
    try:
        os.seteuid(65534)
        assert machine.exists(tmp_path / "private" / "lab")
    finally:
        os.seteuid(0)
    assert not machine.exists(tmp_path / "private" / "lab")
