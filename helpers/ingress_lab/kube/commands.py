"""`!kubectl get pods` in a notebook: the shell's commands, run so that what they print is stored the same each time.

IPython runs them on a terminal of its own, from which lines come in pieces and end in carriage returns. Here both
streams come through one pipe. A command that fails says so, and its cell goes on; one that is interrupted ends.
Comments of manifests are shown in the reader's language.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from labcore import clusters
from labcore.clusters.environment import environment
from labcore.language.comments import commented
from labcore.language.messages import phrase
from loopkube.cluster import interrupts

NOT_FOUND = 127
"""The exit code by which a shell says that there is no such program."""
_GRACE = 2.0  # seconds that an interrupted command has to end
_INSTALL = {
    "curl": "sudo apt install curl, sudo dnf install curl, brew install curl",
    "openssl": "sudo apt install openssl, sudo dnf install openssl, brew install openssl",
    "kubectl": "make setup",
}


def load(access: clusters.Access, namespace: str) -> None:
    """Set the running notebook up for commands in `namespace`; nothing happens outside of one."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    os.environ |= environment(access, namespace)
    shell.system = _system(shell)


def _system(shell: Any) -> Callable[[str], None]:
    def system(command: str) -> None:
        expanded = shell.var_expand(command, depth=1)  # as IPython's own: names of the frame that called
        shell.user_ns["_exit_code"] = run(expanded)

    return system


def run(command: str) -> int:
    """Run a line of sh and print what it prints, as it comes; its exit code."""
    process: subprocess.Popen | None = None
    try:
        with interrupts.deferred():
            process = _started(command)
        _show(process)
        code = process.wait()
    except BaseException:  # an interrupt ends the command, too, and then the cell
        if process:
            _end(process)
        raise
    missing = [name for name in _INSTALL if code == NOT_FOUND and _names(command, name) and not shutil.which(name)]
    for name in missing:
        print(phrase("This machine has no {name}. To install it: {how}", name=name, how=_INSTALL[name]))
    return code


def _started(command: str) -> subprocess.Popen:
    return subprocess.Popen(
        ["/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )


def _show(process: subprocess.Popen) -> None:
    line = "\n"
    for line in process.stdout or ():
        sys.stdout.write(commented(line))
    if not line.endswith("\n"):  # the next command's output begins a line
        sys.stdout.write("\n")


def _names(command: str, program: str) -> bool:
    return bool(re.search(rf"(?<![\w/.-]){program}(?![\w/.-])", command))


def _end(process: subprocess.Popen) -> None:
    """SIGINT to the command's group, as Ctrl-C in a terminal; SIGKILL to whoever stays."""
    with suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(_GRACE)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
