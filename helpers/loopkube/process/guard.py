"""Ends what a killed cluster leaves behind, and a cluster whose owner has gone: a small process beside the cluster's.

`python -I -S guard.py PLACE`. Its stdin is a pipe from the cluster's process, which closes when that process ends,
however it ends. On Linux the kernel has ended the first process of each container by then; here go the processes that
those had started. A cluster that starts anew meanwhile holds `start.lock` and does the same itself.
"""

import contextlib
import os
import select
import signal
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    # -I has left this package's folder out
    sys.path.insert(0, str(Path(__file__).parents[2]))

from loopkube.node.strays import end_strays
from loopkube.process import lock_file, owner

PATIENCE = 5.0
"""Seconds for a dying process to let go of its lock: its pipe may close before."""
SECONDS_TO_STOP = 20.0
"""For a cluster to end all that it has started; then it is killed."""


def main(folder: Path) -> None:
    """Waits until the cluster's process is gone, and ends the programs of Pods that it left behind."""
    told_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told_to_end.append(number))
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if owner.gone_before(sys.stdin.fileno()):
        _end_cluster(folder / "lock")
    deadline = time.monotonic() + PATIENCE
    while lock_file.is_held(folder / "lock"):
        if told_to_end or time.monotonic() > deadline:
            return  # the cluster ends as it should, and whoever ends it does what is done here
        time.sleep(0.01)
    # it may be gone with `lab down --delete`
    if folder.exists():
        with lock_file.held(folder / "start.lock"):
            # again, under the other lock: a new cluster may have begun meanwhile
            if not lock_file.is_held(folder / "lock"):
                end_strays(folder)


def _end_cluster(lock: Path) -> None:
    """As `lab down` does it, also where a signal has paused its process."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        process = lock_file.holder(lock)
        if not process:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, sign)
            os.kill(process, signal.SIGCONT)
        # not its lock, which it holds until this process has ended: it stops its guard last
        if select.select([sys.stdin], [], [], SECONDS_TO_STOP)[0]:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
