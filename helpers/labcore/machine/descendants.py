"""The processes that this one has started, and those that they have started: ended without asking them."""

import os
import signal
from contextlib import suppress


def kill(pid: int = 0) -> None:
    """SIGKILL to all descendants of this process, or to process `pid` and its own, in whichever session they are."""
    import psutil

    try:
        root = psutil.Process(pid or os.getpid())
        children = root.children(recursive=True)
    except psutil.NoSuchProcess:
        return
    # from the top: a parent that lives on would start its children again
    for process in [*([root] if pid else []), *children]:
        with suppress(psutil.Error, ProcessLookupError):
            process.send_signal(signal.SIGKILL)
