"""What the runner does between its start and the program of an isolated container.

`enter` returns in a new process, the first of its namespaces, whose parent is the cluster's process, as if that had
started it itself. The runner's own process ends there, after it has told the number of the new one.
The runner imports it by itself, so it imports nothing of loopkube, and nothing that takes long to load.
"""

import os

import kernel

MACHINE = "/.machine"
"""Where this machine's root is while the container's is put together."""
_OWN = ("dev", "proc", "tmp", "run", MACHINE.strip("/"))
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}


def enter(plan):
    """Becomes a process inside; see `plan.Sandbox` for what the keys mean. Raises OSError."""
    report, joined = plan["report"], plan["join"] >= 0
    if joined:
        kernel.join(plan["join"], plan["flags"])
        os.close(plan["join"])
    else:
        user, group = os.geteuid(), os.getegid()
        kernel.unshare(plan["flags"])
        if plan["flags"] & kernel.NEW_USER:
            kernel.keep_numbers(user, group)
    pid = kernel.sibling()
    if pid:
        os.write(report, str(pid).encode())
        os._exit(0)
    os.setsid()
    kernel.die_with_parent()
    os.write(report, b" ")  # fails when the cluster's process has ended meanwhile
    os.close(report)
    if not joined:
        _furnish(plan)
    os.chdir(plan["cwd"])
    if os.geteuid() == 0:
        kernel.lower_capabilities()


def _furnish(plan):
    """The container's own tree: its folder is the root, the machine's folders are below it and cannot be written."""
    root = plan["root"]
    kernel.make_private()
    kernel.new_root(root)
    _show_machine(root)
    os.makedirs(root + MACHINE, exist_ok=True)
    kernel.pivot(root, root + MACHINE)
    os.chdir("/")
    _make_own_folders(plan["flags"])
    for path in plan["hidden"]:
        _hide(path)
    for path in plan["shown"]:
        if not os.path.exists(path):
            _bind(MACHINE + path, path, read_only=True)
    for path, source, read_only in plan["mounts"]:
        _bind(MACHINE + source, path, read_only)
    _place(plan["cwd"], is_folder=True)
    kernel.detach(MACHINE)
    os.rmdir(MACHINE)
    if plan["flags"] & kernel.NEW_NAMES:
        kernel.set_host_name(plan["name"])


def _show_machine(root):
    for entry in os.scandir("/"):
        path = f"{root}/{entry.name}"
        if entry.name in _OWN:
            continue
        if entry.is_symlink():
            if not os.path.lexists(path):
                os.symlink(os.readlink(entry.path), path)
        elif entry.is_dir():
            os.makedirs(path, exist_ok=True)
            try:
                kernel.bind(entry.path, path)
            except OSError:  # a folder that nobody may show is not there
                continue
            kernel.make_read_only(path)


def _make_own_folders(flags):
    for path, mode in (("/tmp", 0o1777), ("/run", 0o755), ("/dev", 0o755), ("/proc", 0o555)):  # noqa: S108
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
    if flags & kernel.NEW_PROCESSES:
        kernel.mount("proc", "/proc", flags=kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_EXECUTION)
        kernel.bind("/proc/sys", "/proc/sys")
        kernel.make_read_only("/proc/sys")
    else:
        kernel.bind(f"{MACHINE}/proc", "/proc")
    kernel.mount("tmpfs", "/dev", "mode=755", kernel.NO_SUID)
    for name in _DEVICES:
        _bind(f"{MACHINE}/dev/{name}", f"/dev/{name}", read_only=False)
    for name, target in _LINKS.items():
        os.symlink(target, f"/dev/{name}")
    os.mkdir("/dev/pts")
    kernel.mount("devpts", "/dev/pts", "newinstance,ptmxmode=0666,mode=620", kernel.NO_SUID | kernel.NO_EXECUTION)
    os.mkdir("/dev/shm")  # noqa: S108
    kernel.mount("tmpfs", "/dev/shm", "mode=1777", kernel.NO_SUID | kernel.NO_DEVICES)  # noqa: S108


def _hide(path):
    if os.path.isdir(path):
        kernel.mount("tmpfs", path, "mode=700")
    elif os.path.exists(path):
        kernel.bind("/dev/null", path)


def _bind(source, path, read_only):
    path = _place(path, os.path.isdir(source))
    kernel.bind(source, path)
    if read_only:
        kernel.make_read_only(path)


def _place(path, is_folder):
    """Makes the folder or file that something is to be mounted on, where it is missing; returns its real path."""
    path = os.path.realpath(path)
    if os.path.exists(path):
        return path
    above = os.path.dirname(path)
    while not os.path.exists(above):
        above = os.path.dirname(above)
    if not os.access(above, os.W_OK):
        _imitate(above)
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    return path


def _imitate(folder):
    """Lay a folder over one that cannot be written: with the same in it, and room for more."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    kernel.mount("tmpfs", folder, "mode=755")
    for entry in os.scandir(number):
        source, path = f"/proc/self/fd/{number}/{entry.name}", f"{folder}/{entry.name}"
        if entry.is_symlink():
            os.symlink(os.readlink(entry.name, dir_fd=number), path)
            continue
        if entry.is_dir():
            os.mkdir(path)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
        try:
            kernel.bind(source, path)
        except OSError:  # what nobody may show stays empty
            continue
    os.close(number)
