"""Ends what a killed cluster leaves behind: a small process beside it, `python -I -S guard.py PLACE`.

Its stdin is a pipe from the cluster's process, which closes when that process ends, however it ends. On Linux
the kernel has ended the first process of each container by then; here go the processes that those had started.
A cluster that starts anew meanwhile holds `start.lock` and does the same itself.
"""

import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from loopkube import lockfile
from loopkube.node.strays import end_strays


def main(place: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    if not place.exists():
        return
    with lockfile.held(place / "start.lock"):
        if not lockfile.is_held(place / "lock"):
            end_strays(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
