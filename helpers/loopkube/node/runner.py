"""What stands between the node agent and a container's program: a few lines, then exec.

    python -I -S runner.py PARENT FLAGS NAMES FDS PROGRAM ARGV0 [ARG ...]

Dies with the cluster (Linux: parent-death signal, checked against PARENT); takes the terminal when FLAGS
has `t`; moves the listening sockets FDS to 3.. and names them, as systemd's socket activation does.
It imports nothing of loopkube, so that it starts in 10 ms.
"""

import os
import sys

_PR_SET_PDEATHSIG, _SIGKILL = 1, 9


def die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent dies; exit at once if it is dead already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(137)


def hand_over(descriptors: list[int], names: str) -> None:
    """Move the sockets to 3, 4, ... and say so in the environment."""
    for place, descriptor in enumerate(sorted(descriptors), start=3):
        if place != descriptor:
            os.dup2(descriptor, place, inheritable=True)
            os.close(descriptor)
        else:
            os.set_inheritable(place, True)
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.environ["LISTEN_FDS"] = str(len(descriptors))
    os.environ["LISTEN_FDNAMES"] = names


def take_terminal() -> None:
    """Make the terminal on stdin the controlling one."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def default_signals() -> None:
    """Python ignores SIGPIPE and SIGXFSZ; a program must not inherit that. (`signal` itself is slow to import.)"""
    import _signal

    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(_signal, name):
            _signal.signal(getattr(_signal, name), _signal.SIG_DFL)


def main(parent: str, flags: str, names: str, descriptors: str, program: str, *argv: str) -> None:
    die_with(int(parent))
    os.umask(0o022)
    if descriptors:
        hand_over([int(d) for d in descriptors.split(",")], names)
    if "t" in flags:
        take_terminal()
    default_signals()
    try:
        os.execve(program, argv, os.environ)
    except OSError as error:
        os.write(2, f"exec {program}: {error.strerror}\n".encode())
        os._exit(126 if isinstance(error, PermissionError) else 127)


if __name__ == "__main__":
    main(*sys.argv[1:])
