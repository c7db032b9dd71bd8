"""Ctrl-C on the way to a kind cluster: kind ends at once and cleans nothing up, so the lab does."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scene import Scene, up

LAB = """
import sys
from labtools import cli
from labtools.clusters.kind import cluster, tools

cluster.Timing = lambda: tools.Timing(settle=0)
cluster.beforehand.loop_cluster.claim_ports = lambda *ports: None
sys.exit(cli.main(["up", "--cluster", "kind"]))
"""


@pytest.mark.parametrize("replay", ["create-sigint-group-preparing", "create-sigint-group-starting-cp"])
def test_ctrl_c_while_kind_works_leaves_no_node(well: Scene, state: Path, replay: str) -> None:
    """A container still appears after kind has ended and the cluster was deleted: the lab looks, and deletes again."""
    well.rules = [rule for rule in well.rules if rule["words"][0] != "ps"]
    well.answer("docker", "ps", times=1)
    well.answer("docker", "ps", replay="docker-ps-nodes-json", times=1)
    well.answer("docker", "ps")
    well.answer("kind", "create", replay=replay, hang=True, ahead=True)
    lab = subprocess.Popen([sys.executable, "-c", LAB], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    log, deadline = state / "kind" / "kind.log", time.monotonic() + 20
    while not (log.exists() and "Preparing nodes" in log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    lab.send_signal(signal.SIGINT)
    _, said = lab.communicate(timeout=20)
    assert lab.returncode == 130 and "Interrupted. The nodes that were being made are removed" in said
    assert len(well.of("kind", "delete")) == 2
    assert not (state / "kind" / "cluster.json").exists()


def test_ctrl_c_after_the_creation_removes_it_too(well: Scene, monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("labtools.clusters.kind.cluster.images.into_nodes", interrupted)
    well.answer("docker", "ps", "--all", times=2, ahead=True)
    with pytest.raises(KeyboardInterrupt):
        up()
    assert len(well.of("kind", "delete")) == 1 and not (state / "kind" / "cluster.json").exists()


def test_ctrl_c_on_a_cluster_that_was_there_leaves_it(
    there: Scene, monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("labtools.clusters.kind.cluster.creating.wait_nodes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        up()
    assert there.of("kind", "delete") == [] and (state / "kind" / "cluster.json").exists()
