"""The entry's ports: asked for, remembered, the usual ones, or a free pair; and who has one that is taken."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from labcore.errors import BadArgument, LabError
from labtools import cli
from labtools.clusters import local
from labtools.clusters.shared import ports
from loopkube import cluster
from loopkube.process import ports as loop_ports


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    for name in ("INGRESS_LAB_HTTP_PORT", "INGRESS_LAB_HTTPS_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """The usual ports, held by this very process."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(2)]
        monkeypatch.setattr(ports, "_USUAL", tuple(held))
        monkeypatch.setattr(ports, "_STEP", 7)
        yield held[0], held[1]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Ports that the cluster was started on; it claims them as the real one does."""
    found: list[tuple[int, int]] = []

    def start(folder: Path, *, http_port: int, https_port: int, **others) -> cluster.ClusterInfo:
        loop_ports.claim_ports(http_port, https_port)
        found.append((http_port, https_port))
        return cluster.ClusterInfo("lab", folder, folder / "kubeconfig", http_port, https_port, 4711, ["node"])

    monkeypatch.setattr(cluster, "start", start)
    monkeypatch.setattr(local, "wait_for_controller", lambda port: None)
    return found


def test_a_free_pair_is_taken_said_and_remembered(taken, started, capsys) -> None:
    assert cli.main(["up"]) == 0
    printed = capsys.readouterr().out
    http, https = started[0]
    assert http - taken[0] == https - taken[1] > 0 and (http - taken[0]) % 7 == 0
    assert f"ports {taken[0]} and {taken[1]} of 127.0.0.1 are taken by " in printed
    assert f"(process {os.getpid()})" in printed
    assert f"so this lab's entry is http://127.0.0.1:{http} and https://127.0.0.1:{https}" in printed
    assert ports.wished().both == (http, https)
    assert cli.main(["up"]) == 0 and started[1] == started[0]
    assert "are taken" not in capsys.readouterr().out


def test_remembered_ports_that_are_taken_meanwhile_give_way(taken, started, home: Path) -> None:
    (home / "ports.json").write_text(json.dumps({"http": taken[1], "https": taken[0]}))
    assert cli.main(["up"]) == 0
    assert not set(started[0]) & set(taken)


@pytest.mark.parametrize("option", [0, 1])
def test_a_port_that_was_asked_for_is_not_replaced(taken, started, capsys, option: int) -> None:
    name = ("--http-port", "--https-port")[option]
    assert cli.main(["up", name, str(taken[option])]) == 1
    said = capsys.readouterr().err
    assert f"ports {taken[0]} and {taken[1]} of 127.0.0.1 are taken by" in said and started == []
    words = said.split()
    command = [words[words.index(o) + 1] for o in ("--http-port", "--https-port")]
    assert all(ports._free(int(port)) for port in command)
    assert f"INGRESS_LAB_HTTP_PORT={command[0]} INGRESS_LAB_HTTPS_PORT={command[1]}" in said
    assert ports.remembered() == taken


def test_only_the_port_that_is_taken_and_nobody_named_gives_way(taken, started, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    monkeypatch.setenv("INGRESS_LAB_HTTPS_PORT", str(free))
    assert cli.main(["up"]) == 0
    assert started[0][1] == free and started[0][0] not in taken


def test_one_taken_port_is_named_alone(taken, started, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    assert cli.main(["up", "--http-port", str(taken[0]), "--https-port", str(free)]) == 1
    said = capsys.readouterr().err
    assert f"port {taken[0]} of 127.0.0.1 is taken by" in said and "--https-port" not in said


def test_the_same_port_twice() -> None:
    with pytest.raises(BadArgument, match="a port each"):
        ports.wished(9080, 9080)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"http": 0, "https": 1}', '{"http": "x"}', '{"http": 5, "https": 5}'])
def test_a_damaged_memory_is_none(home: Path, text: str) -> None:
    (home / "ports.json").write_text(text)
    assert ports.wished().both == (8080, 8443)


def test_a_port_of_roots(started, monkeypatch, capsys) -> None:
    def refuse(*claimed: int) -> None:
        raise cluster.PortForbidden(80)

    monkeypatch.setattr(loop_ports, "claim_ports", refuse)
    assert cli.main(["up", "--http-port", "80"]) == 1
    assert "port 80 of 127.0.0.1 is for root only on this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ({"folder": "/srv/other/lab/.lab", "user": "other"}, "the lab of other in /srv/other/lab"),
        ({"folder": "/srv/state", "user": ""}, "your lab in /srv/state"),
        ({"process": "nginx", "pid": 99}, "nginx (process 99)"),
        ({"process": "nginx", "pid": 99, "user": "www"}, "nginx of www (process 99)"),
        ({"user": "other"}, "a program of other"),
        ({}, "a program of another user"),
    ],
)
def test_who_has_a_port(holder: dict, words: str) -> None:
    assert ports.who(cluster.PortTaken(8080, **holder)) == words


def test_two_holders_are_both_named() -> None:
    held = [cluster.PortTaken(8080, "nginx", 99), cluster.PortTaken(8443, user="other")]
    said = (
        "port 8080 of 127.0.0.1 is taken by nginx (process 99), port 8443 of 127.0.0.1 is taken by a program of other"
    )
    assert ports.said(held) == said
    assert isinstance(ports.refusal(held, ports.Ports(8080, 8443, (True, True))), LabError)


def test_the_lab_of_a_folder_is_named_by_its_cluster_and_not_by_who_shares_the_socket(tmp_path: Path) -> None:
    """Traefik and the cluster's own process both hold the entry's socket."""
    with socket.create_server(("127.0.0.1", 0)) as entry:
        port = entry.getsockname()[1]
        settings = json.dumps({"http_port": port, "https_port": 1})
        command = [sys.executable, "-c", "input()", loop_ports.SERVE, "/srv/other/.lab", "5", settings]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
            try:
                found = loop_ports.taken(port)
            finally:
                other.communicate()
    assert (found.folder, found.pid, found.process) == ("/srv/other/.lab", other.pid, "")


def test_linux_tells_whose_socket_it_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as entry:
        assert loop_ports._user_of_socket(entry.getsockname()[1]) == ports._me()
    assert loop_ports._user_of_socket(1) == ""


def test_of_two_clusters_that_start_together_one_has_the_entry() -> None:
    """Both see the port free, and neither listens yet."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    [first] = loop_ports.claim_entry(free)
    loop_ports.claim_ports(free)
    with pytest.raises(cluster.PortTaken):
        loop_ports.claim_entry(free)
    first.close()
    [second] = loop_ports.claim_entry(free)
    second.close()


def test_an_entry_that_a_program_has_is_not_claimed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as program:
        port = program.getsockname()[1]
        with pytest.raises(cluster.PortTaken):
            loop_ports.claim_entry(port)
    loop_ports.claim_entry(port)[0].close()
