"""The command `lab`: what it says and how it ends, with a stand-in for the cluster."""

import socket
from pathlib import Path

import pytest
from labcore.errors import LabError
from labtools import cli
from labtools.clusters import local
from loopkube import cluster


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    monkeypatch.delenv("INGRESS_LAB_HTTP_PORT", raising=False)
    return tmp_path


def info(folder: Path, http_port: int = 8080) -> cluster.ClusterInfo:
    return cluster.ClusterInfo("lab", folder, folder / "kubeconfig", http_port, 8443, 4711, ["lab-control-plane"])


class StandIn:
    """Plays loopkube.cluster: remembers how it was called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, state: str = "stopped") -> None:
        self.state, self.folder, self.started = state, folder, {}
        monkeypatch.setattr(cluster, "status", self.status)
        monkeypatch.setattr(cluster, "start", self.start)
        monkeypatch.setattr(cluster, "stop", self.stop)
        monkeypatch.setattr(local, "wait_for_controller", lambda port: None)

    def status(self, folder: Path) -> cluster.ClusterStatus:
        assert folder == self.folder
        return cluster.ClusterStatus(self.state, None if self.state == "stopped" else info(folder))

    def start(self, folder: Path, **settings) -> cluster.ClusterInfo:
        self.started = settings
        settings["on_step"]("open the store")
        self.state = "running"
        return info(folder, settings["http_port"])

    def stop(self, folder: Path) -> bool:
        was, self.state = self.state, "stopped"
        return was != "stopped"


def test_up_starts_the_cluster_with_the_projects_manifests(home, monkeypatch, capsys) -> None:
    there = StandIn(monkeypatch, home)
    assert cli.main(["up", "--http-port", "9080"]) == 0
    assert (there.started["http_port"], there.started["https_port"]) == (9080, 8443)
    assert there.started["config"].name == "cluster.yaml" and there.started["config"].exists()
    assert [m.name for m in there.started["manifests"]] == ["traefik"]
    printed = capsys.readouterr().out
    assert "open the store" in printed and "http://127.0.0.1:9080" in printed


def test_ports_from_the_environment(home, monkeypatch) -> None:
    there = StandIn(monkeypatch, home)
    monkeypatch.setenv("INGRESS_LAB_HTTP_PORT", "9081")
    assert cli.main(["up"]) == 0 and there.started["http_port"] == 9081


def test_up_again_says_so_and_is_fine(home, monkeypatch, capsys) -> None:
    there = StandIn(monkeypatch, home, "running")
    assert cli.main(["up"]) == 0
    printed = capsys.readouterr().out
    assert "already running (process 4711)" in printed and there.started == {} and "other ports" not in printed


def test_up_again_with_another_port_names_the_commands(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home, "running")
    assert cli.main(["up", "--http-port", "9081"]) == 0
    assert "For other ports: lab down, then lab up --http-port 9081\n" in capsys.readouterr().out


def test_a_dead_cluster_is_named_and_brought_back(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home, "dead")
    assert cli.main(["status"]) == 1
    assert "dead" in capsys.readouterr().out
    assert cli.main(["up"]) == 0
    assert "every object" in capsys.readouterr().out
    assert cli.main(["status"]) == 0


def test_down(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home, "running")
    assert cli.main(["down"]) == 0 and cli.main(["down"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The cluster is stopped; `lab up` continues it.",
        "The cluster was not running.",
    ]


def test_reset_needs_a_running_cluster(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home)
    assert cli.main(["reset"]) == 1
    assert "lab up" in capsys.readouterr().err


def test_a_failed_start_says_why(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home)

    def fails(folder: Path, **settings):
        raise cluster.ClusterError("no way")

    monkeypatch.setattr(cluster, "start", fails)
    assert cli.main(["up"]) == 1
    assert capsys.readouterr().err.strip() == "the local cluster did not start: no way"


def test_ctrl_c_while_the_controller_starts_leaves_nothing_running(home, monkeypatch) -> None:
    there = StandIn(monkeypatch, home)

    def interrupted(port: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "wait_for_controller", interrupted)
    assert cli.main(["up"]) == 130 and there.state == "stopped"


def test_no_loopback_addresses_is_one_plain_sentence(home, monkeypatch, capsys) -> None:
    StandIn(monkeypatch, home)

    class Refusing(socket.socket):
        def bind(self, address) -> None:
            raise OSError(49, "Can't assign requested address")

    monkeypatch.setattr(local.socket, "socket", Refusing)
    assert cli.main(["up"]) == 1
    assert "macOS" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["up", "--http-port", "eighty"]])
def test_wrong_usage_is_two(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("value", ["eighty", "0", "70000"])
def test_an_impossible_port_in_the_environment(home, monkeypatch, capsys, value: str) -> None:
    StandIn(monkeypatch, home)
    monkeypatch.setenv("INGRESS_LAB_HTTP_PORT", value)
    assert cli.main(["up"]) == 1
    assert "not a port" in capsys.readouterr().err


def test_a_controller_that_does_not_answer_is_a_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(LabError, match="did not answer"):
        local.wait_for_controller(port, timeout=0.05)


OWN_STATE = "export INGRESS_LAB_HOME=$HOME/.ingress-lab"
REPORTS = "lab report --output $HOME/reports"
MERGE = "cp -r 'a folder' $HOME/collected && lab report --merge $HOME/collected"


@pytest.mark.parametrize(
    ("words", "file", "ways"),
    [
        (["report"], "reports", [REPORTS]),
        (["report"], "state/beside", [OWN_STATE]),
        (["report"], None, [OWN_STATE, REPORTS]),
        (["report", "--merge", "a folder"], "a folder/.overview-1", [MERGE]),
        (["status"], "state/x", [OWN_STATE]),
        (["status"], "", [OWN_STATE]),
        (["status"], "elsewhere", []),
    ],
)
def test_what_cannot_be_written_is_said_with_the_way_that_fits(
    words: list[str], file: str | None, ways: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def full(chosen: object) -> None:
        raise OSError(28, "No space left on device", None if file is None else str(tmp_path / file))

    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(f"labtools.commands.{'series.report_' if 'report' in words else 'cluster.status_'}", full)
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert [line.strip() for line in said.splitlines()[1:]] == ways
