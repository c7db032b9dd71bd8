"""Other users of this machine can open nothing that the everyday commands write, whatever the umask."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def around(tmp_path: Path) -> Iterator[dict]:
    """How `lab` is run: under a umask that forbids nothing, in a state folder that others may look into."""
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o755)
    ports = {"INGRESS_LAB_HTTP_PORT": str(free_port()), "INGRESS_LAB_HTTPS_PORT": str(free_port())}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "INGRESS", "IPYTHON"))}
    env = kept | {"INGRESS_LAB_HOME": str(state), "HOME": str(tmp_path / "home"), **ports}
    yield {"env": env, "umask": 0, "cwd": ROOT}
    subprocess.run(command("down"), env=env, cwd=ROOT, check=True, capture_output=True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "labtools.cli", *arguments]


def open_to_others(folder: Path) -> list[str]:
    """What somebody else could read or change below a folder that they may look into."""
    found = []
    for entry in os.scandir(folder):
        if entry.is_symlink():
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if mode & 0o022 or (not entry.is_dir() and mode & 0o044):
            found.append(f"{stat.filemode(mode)} {entry.path}")
        elif entry.is_dir() and mode & 0o055:
            found += [f"{stat.filemode(mode)} {entry.path}", *open_to_others(Path(entry.path))]
    return found


@pytest.mark.long
def test_everyday_commands_write_private_files(around: dict, tmp_path: Path) -> None:
    state, reports = Path(around["env"]["INGRESS_LAB_HOME"]), tmp_path / "reports"
    for arguments in (["up"], ["status"], ["doctor"], ["report", "--notebook", "00", "--output", str(reports)]):
        subprocess.run(command(*arguments), **around, capture_output=True, timeout=PATIENCE)
    assert len(list(reports.glob("*/index.html"))) == 1
    with subprocess.Popen(
        command("study", "--no-browser", "--", "--port", str(free_port())),
        **around,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as server:
        try:
            runtime = state / "jupyter" / "runtime"
            deadline = time.monotonic() + PATIENCE
            while not (runtime.is_dir() and any(runtime.glob("jpserver-*-open.html"))):
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.05)
            assert open_to_others(state) == []
        finally:
            os.killpg(server.pid, signal.SIGKILL)
    subprocess.run(command("down"), **around, capture_output=True, timeout=PATIENCE)
    assert open_to_others(state) == []
    assert not reports.stat().st_mode & 0o077
