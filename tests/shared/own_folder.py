"""Folders that go with the process that made them, however that ends: `own_folder("ingress-lab-")`.

A temporary folder of Python's stays when its process is killed. This one is made by a process beside it, in a session
of its own, whose stdin closes with it: then the folder goes, once a cluster in it has ended (loopkube.process.owner).
"""

import contextlib
import fcntl
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 30
"""Seconds for a cluster to end."""


@contextlib.contextmanager
def own_folder(prefix: str) -> Iterator[Path]:
    """A new temporary folder, and nothing of it afterwards."""
    command = [sys.executable, "-I", "-S", __file__, prefix]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as keeper:
        assert keeper.stdout
        yield Path(keeper.stdout.readline().rstrip("\n"))


def main(prefix: str) -> None:
    """Makes the folder, tells its name, and removes it when nobody holds the other end of stdin any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    print(folder, flush=True)
    sys.stdin.read()
    with contextlib.suppress(FileNotFoundError, TimeoutError):
        _wait_for_lock(folder / "cluster" / "lock")
    shutil.rmtree(folder, ignore_errors=True)


def _wait_for_lock(path: Path) -> None:
    """Raises TimeoutError."""

    def give_up(number: int, frame: object) -> None:
        raise TimeoutError

    with path.open() as lock:
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(PATIENCE)
        fcntl.flock(lock, fcntl.LOCK_SH)


if __name__ == "__main__":
    main(sys.argv[1])
