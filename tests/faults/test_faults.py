"""Planted faults: what the person reads, and that the next `lab up` works.

Kills of every part are in test_crashes.py; a clock that jumps in tests/loopkube/test_clock_jumps.py.
"""

import ctypes
import os
import resource
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest
import requests
from victims import until

from bench.api import Api
from tests.faults.conftest import LabCommand

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}


def api_of(lab: LabCommand) -> Api:
    return Api(lab.folder / "kubeconfig")


def keep(lab: LabCommand, name: str, **data: str) -> requests.Response:
    api = api_of(lab)
    return api.session.post(
        api.path("ConfigMap", "default"), json=CONFIG_MAP | {"metadata": {"name": name}, "data": data}
    )


def names(lab: LabCommand) -> set[str]:
    items = (api := api_of(lab)).session.get(api.path("ConfigMap", "default")).json()["items"]
    return {item["metadata"]["name"] for item in items} - {"kube-root-ca.crt"}


def entry(lab: LabCommand) -> int:
    """The status of the entry's answer, 0 for none."""
    try:
        return requests.get(f"http://127.0.0.1:{lab.ports[0]}/", timeout=2).status_code
    except requests.RequestException:
        return 0


@pytest.mark.long
def test_a_full_disk(lab: LabCommand) -> None:
    """The system refuses to let a file grow, as it does when there is no room."""

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))

    done = lab.run("up", before=no_room)
    assert done.returncode == 0, done.stderr
    kept: set[str] = set()
    refused = None
    for number in range(40):
        answer = keep(lab, f"big-{number}", text="x" * 500_000)
        if answer.status_code != 201:
            refused = answer
            break
        kept.add(f"big-{number}")
    assert refused is not None and refused.status_code == 500
    assert "the cluster's state" in refused.json()["message"] and "the write was not done" in refused.json()["message"]
    assert names(lab) == kept
    lab.run("down")
    lab.up()
    assert names(lab) == kept and keep(lab, "more").status_code == 201


@pytest.mark.long
def test_a_truncated_state(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "lost")
    lab.kill()
    os.truncate(lab.place / "state.db", 5000)
    (lab.place / "state.db-wal").unlink()
    said = lab.up()
    assert f"The state in {lab.place / 'state.db'} was damaged (" in said
    assert "It is kept as state.db.damaged-" in said and "the cluster starts empty" in said
    assert names(lab) == set() and list(lab.place.glob("state.db.damaged-*"))
    assert keep(lab, "new").status_code == 201
    lab.run("down")
    assert "damaged" not in lab.up() and names(lab) == {"new"}


def test_the_cluster_is_killed(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "kept")
    lab.kill()
    status = lab.run("status")
    assert status.returncode == 1
    assert "The cluster is dead: it ended without being stopped. `lab up` brings it back" in status.stdout
    assert "it continues with every object it had" in lab.up()
    assert names(lab) == {"kept"} and entry(lab) == 404


@pytest.mark.long
def test_the_entrys_port_cannot_be_stolen_while_the_cluster_runs(lab: LabCommand) -> None:
    lab.up()
    for _ in range(3):
        lab.kill("--entrypoints.web")
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                thief.bind(("127.0.0.1", lab.ports[0]))
                thief.listen()
        assert until(lambda: entry(lab) == 404) < 5


@pytest.mark.long
def test_ports_that_others_take_while_the_cluster_is_stopped(lab: LabCommand) -> None:
    lab.up()
    api_port = int((lab.place / "api.port").read_text())
    keep(lab, "kept")
    lab.run("down")
    with socket.create_server(("127.0.0.1", lab.ports[0])):
        refused = lab.run("up")
        assert refused.returncode == 1
        owner = f"{psutil.Process().name()} (process {os.getpid()})"
        assert f"port {lab.ports[0]} of 127.0.0.1 is taken by {owner}" in refused.stderr
        assert "lab up --http-port" in refused.stderr
    with socket.create_server(("127.0.0.1", api_port)):
        said = lab.up()
        assert f"The API's port {api_port} was taken by another program; kubeconfig has the new one." in said
        assert names(lab) == {"kept"}


def test_a_folder_that_cannot_be_written(lab: LabCommand) -> None:
    lab.folder.chmod(0o500)
    refused = lab.run("up", before=_obey_permissions)
    assert refused.returncode == 1
    assert f"{lab.place}: Permission denied" in refused.stderr
    assert "the cluster needs a folder that it may write to" in refused.stderr
    assert "Traceback" not in refused.stderr
    lab.folder.chmod(0o700)
    lab.up()


def _obey_permissions() -> None:
    """Root may write everywhere, unless it gives that up (CAP_DAC_OVERRIDE, linux/capability.h)."""
    if os.geteuid() == 0:
        drop_from_bounding_set, dac_override = 24, 1
        assert ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0) == 0


def test_two_at_once_end_in_one_cluster(lab: LabCommand) -> None:
    both = [lab.start("up"), lab.start("up")]
    said = [process.communicate(timeout=90) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    pid = lab.pid
    assert pid and "already running" in lab.up()
    assert lab.pid == pid and entry(lab) == 404


def test_an_interrupted_up_leaves_nothing(lab: LabCommand) -> None:
    process = lab.start("up")
    until(lambda: lab.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and err.strip() == "Interrupted."
    assert lab.pid == 0 and entry(lab) == 0
    lab.up()


@pytest.mark.long
def test_an_interrupted_down_ends_all_the_same(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "kept")
    pid = lab.pid
    process = lab.start("down")
    until(lambda: process.poll() is not None or _is_ending(lab))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    lab.up()
    assert lab.pid != pid and names(lab) == {"kept"}


def _is_ending(lab: LabCommand) -> bool:
    """Whether the entry is closed already: `lab down` has done the first half of its work."""
    time.sleep(0.002)
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", lab.ports[0])) != 0


@pytest.mark.long
def test_a_record_that_is_no_longer_whole(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "kept")
    lab.kill()
    for name in ("cluster.json", "api.port", "address-block"):
        (lab.place / name).write_bytes(b"\x00\xff{")
    assert "dead" in lab.run("status").stdout
    lab.up()
    assert names(lab) == {"kept"}


@pytest.mark.long
def test_odd_files_beside_the_state(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "kept")
    lab.kill()
    (lab.place / "processes" / ".x.swp").write_bytes(b"b0VIM")
    for name, text in {
        "api.port": "99999",
        "address-block": "99999",
        "images.yaml": "- a",
        "cluster.json": "[]",
    }.items():
        (lab.place / name).write_text(text)
    (lab.place / "made-from.json").write_text("[]")
    begin = time.monotonic()
    lab.up()
    assert time.monotonic() - begin < 30 and names(lab) == {"kept"} and entry(lab) == 404


@pytest.mark.long
def test_credentials_that_are_lost(lab: LabCommand) -> None:
    lab.up()
    keep(lab, "kept")
    lab.run("down")
    for file in (lab.place / "credentials").iterdir():
        file.write_bytes(b"")
    said = lab.up()
    assert said.count("is empty; it was made anew.") == 6
    assert names(lab) == {"kept"} and entry(lab) == 404


@pytest.mark.long
def test_a_credential_that_is_no_file(lab: LabCommand) -> None:
    lab.up()
    lab.run("down")
    (lab.place / "credentials" / "sa.key").unlink()
    (lab.place / "credentials" / "sa.key").mkdir()
    refused = lab.run("up")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert f"{lab.place / 'credentials' / 'sa.key'}: Is a directory; make it readable" in refused.stderr


READ_ONLY = [
    ["up"],
    *(
        pytest.param(words, marks=pytest.mark.long)
        for words in (["report", "--notebook", "00"], ["study", "--no-browser"])
    ),
]


@pytest.mark.parametrize("words", READ_ONLY, ids=" ".join)
def test_a_folder_that_may_only_be_read(lab: LabCommand, words: list[str]) -> None:
    lab.folder.chmod(0o500)
    refused = lab.run(*words, before=_obey_permissions)
    lab.folder.chmod(0o700)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "Permission denied" in refused.stderr and "export INGRESS_LAB_HOME=" in refused.stderr


@pytest.mark.long
def test_a_report_that_cannot_be_written_is_not_begun(lab: LabCommand, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir(mode=0o500)
    refused = lab.run("report", "--output", str(tmp_path / "reports"), before=_obey_permissions)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr and lab.pid == 0
    assert "reports" in refused.stderr and "lab report --output $HOME/reports" in refused.stderr
