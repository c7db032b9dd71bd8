"""JupyterLab beside `lab study`: started apart from what lies in the current folder, its log in a file."""

import getpass
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from labcore.errors import LabError
from labcore.language import choice, typed
from labcore.language.messages import phrase
from labcore.machine import jupyter
from loopkube.cluster import private

from labtools.workspace import codespace

START, STOP = 60.0, 10.0
"""Seconds that JupyterLab may take."""
_LAST_LINES = 8


def run(options: Sequence[str], log: Path, runtime: Path, page: str = "/lab") -> int:
    """Start JupyterLab, say where its `page` is, and stay until it ends or is ended by Ctrl-C; its exit code."""
    private.write(log, "")
    own = ["--LabApp.custom_css=True", f"--LabApp.default_url={page}", *codespace.options(os.environ)]
    # -P: a jupyterlab.py of this folder is not it
    command = [sys.executable, "-P", "-m", "jupyterlab", *own, *options]
    with log.open("ab") as file:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=_environment())
    try:
        facts = _ready(server, runtime)
        if facts:
            _say(facts, log, page)
            server.wait()
        if server.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
            raise LabError(
                phrase("JupyterLab ended; the last lines of {log}:\n{lines}", log=log, lines="\n".join(_tail(log)))
            )
        if not facts:  # as after --help or --version
            print(log.read_text(encoding="utf-8", errors="replace"), end="")
        return 0
    except KeyboardInterrupt:
        print(phrase("\nJupyterLab is ended; `lab down` stops the cluster."))
        return 0
    finally:
        _end(server)


def _environment() -> dict[str, str]:
    """A kernel's language is its notebook's folder's to say."""
    return {name: value for name, value in os.environ.items() if name != choice.VARIABLE} | jupyter.SAFE


def _ready(server: subprocess.Popen, runtime: Path) -> Mapping | None:
    """What the server says of itself once it listens; None when it has ended before."""
    file, deadline = runtime / f"jpserver-{server.pid}.json", time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time.sleep(0.05)
    if server.poll() is None:
        raise LabError(phrase("JupyterLab did not start within {seconds:.0f} s", seconds=START))
    return None


def _say(facts: Mapping, log: Path, page: str) -> None:
    query = f"?token={facts['token']}" if facts.get("token") else ""
    base = codespace.url(os.environ, facts["port"]) or facts["url"]
    print(phrase("JupyterLab: {url}", url=f"{base}{page.lstrip('/')}{query}"))
    reached = os.environ.get("SSH_CONNECTION", "").split()
    if len(reached) == 4:
        tunnel = f"ssh -N -L {facts['port']}:localhost:{facts['port']} {shlex.quote(_user())}@{reached[2]}"
        print(phrase("On the computer before you: {tunnel}   (then the same address in its browser)", tunnel=tunnel))
    print(
        phrase("Ctrl-C here ends JupyterLab (its log: {log}); `lab down` stops the cluster.", log=typed.path(log)),
        flush=True,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "USER"


def _tail(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]


def _end(server: subprocess.Popen) -> None:
    for end in (server.terminate, server.kill):
        if server.poll() is None:
            end()
            try:
                server.wait(STOP)
            except subprocess.TimeoutExpired:
                continue
