"""Whose cluster it is: one that belongs to a process, as those of tests do, ends with that process, however that ends.

The number of the process is in the environment (`VARIABLE`) of all that it starts; the cluster's guard watches it.
"""

import os
import select

VARIABLE = "LOOPKUBE_OWNER"


def gone_before(pipe: int) -> bool:
    """Waits until nobody can write to `pipe` any more; True as soon as the owner has ended before that.

    False where the cluster belongs to nobody, or the system has no pidfds (macOS, some sandboxes).
    """
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    try:
        owner = _descriptor()
    except ProcessLookupError:
        return True
    if owner is not None:
        waiting.register(owner, select.POLLIN)
    while True:
        for ready, _ in waiting.poll():
            if ready == owner:
                return True
            if not os.read(pipe, select.PIPE_BUF):
                return False


def _descriptor() -> int | None:
    """A descriptor that can be read once the owner has ended. Raises ProcessLookupError where it has already."""
    number = os.environ.get(VARIABLE, "")
    if not number.isdecimal() or not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(int(number))
    except ProcessLookupError:
        raise
    except OSError:
        return None
