"""kubectl as people type it: with a pipe, or in a terminal."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

SECONDS = 30


def program() -> str:
    """The pinned one beside this Python, or another one on this machine; `` where there is none."""
    beside = Path(sys.executable).with_name("kubectl")
    return str(beside) if beside.exists() else shutil.which("kubectl") or ""


class Kubectl:
    def __init__(self, kubeconfig: Path, namespace: str = "default") -> None:
        self.command = [program(), f"--kubeconfig={kubeconfig}", f"--namespace={namespace}"]

    def __call__(self, *words: str, given: str = "", seconds: float = SECONDS) -> subprocess.CompletedProcess:
        command = [*self.command, *words]
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds, check=False)

    def out(self, *words: str, given: str = "") -> str:
        """What a command prints that must go well."""
        done = self(*words, given=given)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def begin(self, *words: str) -> subprocess.Popen:
        """A command that goes on."""
        return subprocess.Popen([*self.command, *words], stdout=subprocess.PIPE, text=True)

    def in_terminal(self, *words: str, talk: list[tuple[str, str]]) -> tuple[int, str]:
        """(exit code, screen); `talk` is what to wait for, and what to type then."""
        pid, screen = pty.fork()
        if not pid:
            os.execvp(self.command[0], [*self.command, *words])
        seen, at, deadline = "", 0, time.monotonic() + SECONDS
        while time.monotonic() < deadline and select.select([screen], [], [], SECONDS)[0]:
            try:
                data = os.read(screen, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data.decode(errors="replace")
            if talk and (found := seen.find(talk[0][0], at)) >= 0:
                at = found + len(talk[0][0])
                os.write(screen, talk.pop(0)[1].encode())
        os.close(screen)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen
