"""Containers with namespaces of their own: what they see, what they cannot reach, and that nothing of them stays."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from loopkube import cluster
from loopkube.node.isolation import trial
from loopkube.node.isolation.plan import Mount, Sandbox
from loopkube.node.network import trial as network_trial
from loopkube.process import startup
from node_harness import Node, ended, node, state

needs_namespaces = pytest.mark.skipif(bool(trial.refusal()), reason=trial.refusal())
SLEEP = ["sh", "-c", "sleep 300 & wait"]
LOOK = """
cat /etc/shop/conf/greeting; cat /srv/kept/note; hostname; echo $$$$; echo /proc/[0-9]*
echo x >/data/x && cat /data/x; echo more >/tmp/y; mkdir /own && ls -d /own
for file in /etc/shop/conf/greeting /srv/kept/other /usr/other; do (echo x >$file) 2>/dev/null || echo "no $file"; done
ls "$CLUSTER"; tail -1 /etc/hosts; echo said >/dev/termination-log; cd /shop/place && pwd
"""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Node]:
    async with node(tmp_path, isolated=True) as found:
        yield found


async def shop(here: Node, **spec: object) -> None:
    """A Pod that looks around, with volumes at paths that this machine does not have."""
    await here.config_map("shop", {"greeting": "hello\n"})
    (here.place / "host").mkdir()
    (here.place / "host" / "note").write_text("kept\n")
    volumes = [
        {"name": "shop", "configMap": {"name": "shop"}},
        {"name": "data", "emptyDir": {}},
        {"name": "host", "hostPath": {"path": str(here.place / "host")}},
    ]
    mounts = [
        {"name": "shop", "mountPath": "/etc/shop/conf"},
        {"name": "data", "mountPath": "/data"},
        {"name": "host", "mountPath": "/srv/kept", "readOnly": True},
    ]
    container = {
        "name": "app",
        "image": "python:3.13",
        "command": ["sh", "-c", LOOK],
        "env": [{"name": "CLUSTER", "value": str(here.place)}],
        "workingDir": "/shop/place",
        "volumeMounts": mounts,
    }
    await here.create("shop", {"containers": [container], "volumes": volumes} | spec)


@needs_namespaces
async def test_a_program_sees_mounts_at_their_paths_and_only_itself(here: Node) -> None:
    await shop(here, restartPolicy="Never")
    pod = await here.pod("shop", ended)
    said = (await here.logs("shop")).splitlines()
    assert said[:5] == ["hello", "kept", "shop", "1", "/proc/1"], said
    assert said[5:8] == ["x", "/own", "no /etc/shop/conf/greeting"]
    assert said[8:10] == ["no /srv/kept/other", "no /usr/other"]
    assert said[10:-2] == [f for f in ("images", "pods") if f in said], "other files of the cluster are seen"
    assert said[-2:] == [f"{pod['status']['podIP']}\tshop", "/shop/place"]
    assert state(pod)["terminated"]["message"] == "said\n"
    assert not Path("/own").exists() and not Path("/tmp/y").exists()


@needs_namespaces
async def test_a_command_runs_in_the_same_namespaces(here: Node) -> None:
    await here.run("one", {"command": SLEEP})
    await here.run("two", {"command": SLEEP})
    await here.ready("one")
    await here.ready("two")
    look = ["python", "-c", "import os; print(os.getpid() > 1, open('/proc/1/comm').read(), os.uname().nodename)"]
    assert (await here.output("one", look))[:2] == (0, b"True sh\n one\n")
    assert (await here.output("one", ["sh", "-c", "echo mine >/tmp/file; kill -9 -1"]))[0] in (0, 128 + signal.SIGKILL)
    assert b"file" not in (await here.output("two", ["ls", "/tmp"]))[1]
    code, _, words = await here.output("one", ["sh", "-c", f"kill -0 {os.getpid()}"])
    assert code != 0 and b"No such process" in words
    assert "running" in state(await here.client.get("pods", "two", "default"))


@needs_namespaces
async def test_whatever_it_started_ends_with_it_and_no_mount_is_left(here: Node) -> None:
    mark = f"300.{os.getpid()}"
    await here.run("web", {"command": ["sh", "-c", f"trap exit TERM; setsid env -i sleep {mark} & sleep 300 & wait"]})
    await here.ready("web")
    async with asyncio.timeout(5):
        while not (sleeping := [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or ())]):
            await asyncio.sleep(0.02)
    assert str(here.place) not in Path("/proc/self/mountinfo").read_text()
    await here.delete("web")
    assert not any(process.is_running() for process in sleeping)
    assert str(here.place) not in Path("/proc/self/mountinfo").read_text()
    assert list((here.place / "pods").iterdir()) == []


@needs_namespaces
@pytest.mark.parametrize("field", ["hostPID", "shareProcessNamespace"])
async def test_who_asks_for_it_sees_the_processes_of_this_machine(here: Node, field: str) -> None:
    look = ["sh", "-c", f"kill -0 {os.getpid()} && ls -d /proc/{os.getpid()} && ls /etc/hosts"]
    await here.run("web", {"command": look}, restartPolicy="Never", **{field: True})
    assert state(await here.pod("web", ended))["terminated"]["exitCode"] == 0
    assert (await here.logs("web")).split() == [f"/proc/{os.getpid()}", "/etc/hosts"]


@needs_namespaces
@pytest.mark.parametrize(("script", "code"), [("exit 5", 5), ("sh -c 'kill -9 $$$$'", 137)])
async def test_exit_codes_come_through(here: Node, script: str, code: int) -> None:
    await here.run("web", {"command": ["sh", "-c", script]}, restartPolicy="Never")
    assert state(await here.pod("web", ended))["terminated"]["exitCode"] == code


@needs_namespaces
async def test_what_cannot_be_mounted_is_said_in_the_log(here: Node) -> None:
    await here.config_map("shop", {"greeting": "hello\n"})
    mount = {"name": "shop", "mountPath": "/etc/passwd/below"}
    volume = {"name": "shop", "configMap": {"name": "shop"}}
    await here.run("web", {"volumeMounts": [mount]}, restartPolicy="Never", volumes=[volume])
    assert state(await here.pod("web", ended))["terminated"]["exitCode"] == 128
    assert "namespaces cannot be made" in (await here.logs("web"))


@needs_namespaces
def test_a_program_dies_with_a_killed_cluster(tmp_path: Path) -> None:
    script = f"""
import asyncio
from pathlib import Path
from loopkube.node.isolation.plan import Sandbox, programs
from loopkube.node.launch import Launch, Standard
from loopkube.node.process import Process
async def main():
    sandbox = Sandbox(Path({str(tmp_path)!r}), "web", [], [], programs([]))
    process = Process.start(Launch(["sleep", "300"], {{"PATH": "/usr/bin:/bin"}}, "/", sandbox=sandbox), Standard())
    await process.settled
    print(process.pid, flush=True)
    await asyncio.sleep(300)
asyncio.run(main())
"""
    running = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert running.stdout
    program = psutil.Process(int(running.stdout.readline()))
    running.kill()
    running.wait()
    deadline = time.monotonic() + 5
    while program.is_running() and program.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_a_cluster_falls_back_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "refusal", lambda: "a reason")
    await _says(
        {
            "isolated": ["Containers share this machine's files and processes: a reason."],
            "auto": [],
            "plain": [],
        }
    )


async def test_a_cluster_without_a_network_of_its_own_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "refusal", lambda: "")
    monkeypatch.setattr(network_trial, "refusal", lambda: "no bridges")
    await _says({"isolated": ["Pods share this machine's network: no bridges."], "auto": []}, isolated=True)


async def _says(expected: dict[str, list[str]], isolated: bool = False) -> None:
    for way, notices in expected.items():
        parts = SimpleNamespace(settings={"containers": way}, notices=[], isolated=not isolated, networks=None)
        await startup.choose_containers(parts)  # type: ignore[arg-type]
        assert (parts.isolated, parts.notices) == (isolated, notices)


def test_a_setting_that_forbids_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = tmp_path / "apparmor_restrict_unprivileged_userns"
    setting.write_text("1\n")
    monkeypatch.setattr(trial, "_HINTS", ((str(setting), "1", "AppArmor forbids it"),))
    said = trial._explained("first\nunshare: Operation not permitted")
    assert said == f"AppArmor forbids it ({setting.name} is 1): unshare: Operation not permitted"


def test_the_way_is_plain_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOPKUBE_CONTAINERS", raising=False)
    assert (cluster.containers_way(), cluster.containers_way("auto")) == ("plain", "auto")
    monkeypatch.setenv("LOOPKUBE_CONTAINERS", "isolated")
    assert cluster.containers_way() == "isolated"
    with pytest.raises(cluster.ClusterError, match="not boxes"):
        cluster.containers_way("boxes")


def test_paths_of_a_container_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    mounts = [Mount("/data", "/volumes/a", False), Mount("/data/sub/", "/volumes/b", True)]
    inside = Sandbox(tmp_path, "web", mounts, [], [])
    paths = {"/data/x": "/volumes/a/x", "/data/sub/x": "/volumes/b/x", "/own": f"{tmp_path}/own", "/usr": "/usr"}
    assert {path: inside.on_machine(path) for path in paths} == paths
