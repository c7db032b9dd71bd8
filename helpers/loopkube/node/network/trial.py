"""Whether a cluster can have a network of its own here: a program enters one, for whoever runs threads must not."""

import subprocess
import sys

SECONDS = 10.0


def refusal() -> str:
    """Why it cannot; `` where it can."""
    look = "from loopkube.node.network import own; print(own.refusal(), end='')"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", look], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout if not done.returncode else done.stderr.strip().rpartition("\n")[2]
