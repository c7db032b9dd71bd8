"""The lab's block in a hosts file: asked for, marked, backed up; every other byte stays."""

import sys
from pathlib import Path

import pytest
from labcore.errors import BadArgument, LabError
from labtools import cli
from labtools.workspace import etc_hosts
from labtools.workspace.etc_hosts import Hosts

OTHERS = "127.0.0.1\tlocalhost\n# mine\n10.0.0.1  shop.internal   # a shop\n::1 localhost ip6-localhost\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hosts"
    path.write_text(OTHERS)
    return path


def run(file: Path, *arguments: str) -> int:
    return cli.main(["hosts", *arguments, "--file", str(file)])


def test_add_writes_a_marked_block_in_the_form_address_names(file: Path, capsys) -> None:
    assert run(file, "add", "xyz.sample.com", "abc.sample.com", "--yes") == 0
    assert file.read_text() == (
        f"{OTHERS}# BEGIN ingress-lab (lab hosts remove)\n127.0.0.1 abc.sample.com xyz.sample.com\n# END ingress-lab\n"
    )
    assert (file.parent / "hosts.before-ingress-lab").read_text() == OTHERS
    assert "+127.0.0.1 abc.sample.com xyz.sample.com" in capsys.readouterr().out


def test_add_again_is_no_change_and_more_names_join_the_block(file: Path, capsys) -> None:
    run(file, "add", "a.com", "--yes")
    assert run(file, "add", "a.com", "--yes") == 0 and "already" in capsys.readouterr().out
    run(file, "add", "b.com", "--address", "192.0.2.1", "--yes")
    assert [str(line) for line in Hosts(file).block()] == ["127.0.0.1 a.com", "192.0.2.1 b.com"]
    run(file, "add", "b.com", "--yes")
    assert [str(line) for line in Hosts(file).block()] == ["127.0.0.1 a.com b.com"]


def test_remove_leaves_the_file_as_it_was(file: Path) -> None:
    run(file, "add", "a.com", "b.com", "--yes")
    assert run(file, "remove", "a.com", "--yes") == 0
    assert [str(line) for line in Hosts(file).block()] == ["127.0.0.1 b.com"]
    assert run(file, "remove", "--yes") == 0
    assert file.read_text() == OTHERS


def test_lines_after_the_block_stay_in_place(file: Path) -> None:
    run(file, "add", "a.com", "--yes")
    later = "10.0.0.9 later\n"
    file.write_text(file.read_text() + later)
    run(file, "remove", "--yes")
    assert file.read_text() == OTHERS + later


def test_without_names_the_hosts_of_the_series_are_meant(file: Path) -> None:
    run(file, "add", "--yes")
    names = {name for line in Hosts(file).block() for name in line.names}
    assert {"abc.sample.com", "xyz.sample.com", "first.example.com"} <= names == set(etc_hosts.series_names())


def test_a_no_writes_nothing(file: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "")
    assert run(file, "add", "a.com") == 1
    assert file.read_text() == OTHERS and "Nothing was written." in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert run(file, "add", "a.com") == 0 and Hosts(file).block()


def test_where_nobody_can_be_asked_nothing_is_written(file: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert run(file, "add", "a.com") == 1
    assert file.read_text() == OTHERS and "--yes" in capsys.readouterr().err


def test_show(file: Path, capsys) -> None:
    run(file, "show")
    run(file, "add", "a.com", "--yes")
    run(file)
    assert capsys.readouterr().out.splitlines()[-1] == "127.0.0.1 a.com"


def test_a_file_of_root_says_sudo(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(etc_hosts.shutil, "copy2", refuse)
    with pytest.raises(LabError, match="sudo"):
        Hosts(file).write(Hosts(file).added(["a.com"]))
    assert file.read_text() == OTHERS


def test_a_change_of_somebody_else_is_not_overwritten(file: Path) -> None:
    change = Hosts(file).added(["a.com"])
    file.write_text(OTHERS + "10.0.0.2 new\n")
    with pytest.raises(LabError, match="changed meanwhile"):
        Hosts(file).write(change)


@pytest.mark.parametrize(
    ("names", "address", "words"),
    [
        (["*.wild.example.com"], "127.0.0.1", "no wildcards"),
        (["not a name"], "127.0.0.1", "not a host name"),
        (["-x.com"], "127.0.0.1", "not a host name"),
        (["a.com"], "localhost", "not an IP address"),
    ],
)
def test_what_cannot_be_in_a_hosts_file(file: Path, names: list[str], address: str, words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        Hosts(file).added(names, address)


def test_removing_what_is_not_there(file: Path) -> None:
    with pytest.raises(BadArgument, match=r"shop\.internal is not in the lab's block"):
        Hosts(file).removed(["shop.internal"])


def test_an_empty_file(tmp_path: Path) -> None:
    file = Hosts(tmp_path / "none")
    file.write(file.added(["a.com"]))
    assert [str(line) for line in file.block()] == ["127.0.0.1 a.com"] and file.others() == []


@pytest.mark.parametrize("address", ["fe80::1%a\n6.6.6.6 bank.com", "fe80::1%eth0", "127.0.0.1\n", "127.0.0.1 x", ""])
def test_only_a_plain_address_is_written(file: Path, capsys, address: str) -> None:
    assert run(file, "add", "x.com", "--address", address, "--yes") == 1
    assert file.read_text() == OTHERS and "is not an IP address" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LocalHost",
        "ip6-localhost",
        "a b",
        "a\nb",
        "# END ingress-lab",
        "1.2.3.4",
        "ex\u00e4mple.com",
        "a_b",
        "-a",
        "a" * 64,
        ".".join(["a" * 60] * 5),
        "*.a.com",
        "",
    ],
)
def test_only_a_plain_host_name_is_written(file: Path, name: str, capsys) -> None:
    with pytest.raises(BadArgument):
        Hosts(file).added([name])
    assert file.read_text() == OTHERS


@pytest.mark.parametrize("others", [OTHERS.replace("\n", "\r\n"), OTHERS.rstrip("\n"), "", "10.0.0.1 b # \udcff\n"])
def test_line_ends_and_bytes_of_others_stay(file: Path, others: str) -> None:
    data = others.encode(errors="surrogateescape")
    file.write_bytes(data)
    run(file, "add", "a.com", "--yes")
    run(file, "add", "b.com", "--yes")
    made = file.read_bytes()
    assert made.startswith(data) and made.count(b"\r\n") in (0, made.count(b"\n"))
    run(file, "remove", "--yes")
    assert file.read_bytes().rstrip(b"\r\n") == data.rstrip(b"\r\n")
