"""What stands between the node agent and a container's program: a few lines, then exec.

    python -I -S runner.py PARENT FLAGS TAG PLAN CALLS NAMES FDS PROGRAM ARGV0 [ARG ...]

Dies with the cluster (Linux: parent-death signal, checked against PARENT); takes the terminal when FLAGS has `t`;
keeps the number of its container, TAG, in a limit that all its children have, too (orphans.py says why); enters the
namespaces of PLAN, which takes a new process (isolation); has the kernel ask the cluster about the system calls of the
filter in CALLS (port_mover.py); moves the listening sockets FDS to 3.. and names them, as systemd's socket activation
does.
It imports nothing of loopkube, so that it starts in 10 ms.
"""

import os
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 38, 9
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8  # linux/seccomp.h


def die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent dies; exit at once if it is dead already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(137)


def hand_over(descriptors: list[int], names: str) -> None:
    """Move the sockets to 3, 4, ... and say so in the environment."""
    for number, descriptor in enumerate(sorted(descriptors), start=3):
        if number != descriptor:
            os.dup2(descriptor, number, inheritable=True)
            os.close(descriptor)
        else:
            os.set_inheritable(number, True)
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.environ["LISTEN_FDS"] = str(len(descriptors))
    os.environ["LISTEN_FDNAMES"] = names


def ask_about(channel: int, seccomp: int, program: bytes) -> None:
    """Send the listener of a seccomp filter through the channel; without one the program runs as it is."""
    import _socket
    import ctypes

    libc, kept = ctypes.CDLL(None), ctypes.create_string_buffer(program)
    head = (ctypes.c_void_p * 2)(len(program) // 8, ctypes.addressof(kept))  # struct sock_fprog
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    listener = libc.syscall(seccomp, _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(head))
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, channel)
    if listener >= 0:
        sock.sendmsg([b"l"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, listener.to_bytes(4, sys.byteorder))])
        os.close(listener)
    sock.close()


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


def keep(tag: int) -> None:
    """Nothing where the limit is lower already: then processes are known by session and environment alone."""
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_RSS, (tag, tag))
    except (OSError, ValueError):
        return


def enter(plan: str) -> None:
    """Goes on in the namespaces of a container; where that fails, its log says why."""
    import marshal

    sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/isolation")
    import inside

    try:
        inside.enter(marshal.loads(bytes.fromhex(plan)))
    except OSError as error:
        os.write(2, f"the container's namespaces cannot be made: {error}\n".encode())
        os._exit(128)


def main(
    parent: str, flags: str, tag: str, plan: str, calls: str, names: str, descriptors: str, program: str, *argv: str
) -> None:
    """Becomes the container's program: the process and its number stay the same, where there is no PLAN."""
    die_with(int(parent))
    os.umask(0o022)
    if tag != "0":
        keep(int(tag))
    if plan:
        enter(plan)
    if calls:  # first: its channel may have a number that a listening socket is moved to
        channel, seccomp, code = calls.split(":")
        ask_about(int(channel), int(seccomp), bytes.fromhex(code))
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
