"""The system calls that make namespaces. Python has some of them from 3.12 on only.

The runner imports it by itself, so it imports nothing of loopkube, and nothing that takes long to load.
"""

import ctypes
import os

NEW_MOUNTS, NEW_NAMES, NEW_USER, NEW_PROCESSES = 0x00020000, 0x04000000, 0x10000000, 0x20000000  # linux/sched.h
NEW_NETWORK = 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXECUTION = 1, 2, 4, 8  # linux/mount.h
_BIND, _RECURSIVE, _UNBINDABLE, _PRIVATE = 0x1000, 0x4000, 1 << 17, 1 << 18
_CLONE_PARENT, _SIGCHLD, _DETACH = 0x8000, 17, 2
_AT_HERE, _AT_RECURSIVE = -100, 0x8000
_DIE_WITH_PARENT, _DROP_FROM_BOUNDING_SET, _AMBIENT, _RAISE = 1, 24, 47, 2  # linux/prctl.h
_SIGKILL = 9
_CLONE, _PIVOT_ROOT = {"x86_64": (56, 155), "aarch64": (220, 41)}.get(os.uname().machine, (0, 0))
_MOUNT_SETATTR = 442
_KEPT = frozenset({0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31})
"""The capabilities that containerd leaves to a container's root (linux/capability.h)."""
_CAPABILITIES = 64
_CAPABILITY_VERSION = 0x20080522  # linux/capability.h

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    _checked("unshare", _libc.unshare(flags))


def join(descriptor: int, flags: int) -> None:
    """Enter the namespaces of another process, by its pidfd, or one namespace."""
    _checked("setns", _libc.setns(descriptor, flags))


def keep_numbers(user: int, group: int) -> None:
    """In a new user namespace: the user and its group are themselves; a group of others cannot be kept."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 - pathlib is slow to import
            file.write(text)


def pass_on_capabilities() -> None:
    """What this process may, the programs that it starts may as well; they lose it in a user namespace of their own."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (
        ctypes.c_uint32 * 6
    )()  # effective, permitted, inheritable, each low and high: struct __user_cap_data_struct
    _checked("capget", _libc.capget(header, sets))
    sets[2], sets[5] = sets[1], sets[4]
    _checked("capset", _libc.capset(header, sets))
    for number in range(_CAPABILITIES):
        if (sets[1] | sets[4] << 32) >> number & 1:
            _checked("prctl", _libc.prctl(_AMBIENT, _RAISE, number, 0, 0))


def sibling() -> int:
    """As fork, but the new process is a child of this one's parent; it is the first of new process namespaces."""
    pid = _libc.syscall(_CLONE, ctypes.c_long(_CLONE_PARENT | _SIGCHLD), *(ctypes.c_long(0),) * 4)
    _checked("clone", pid)
    return pid


def die_with_parent() -> None:
    """From now on: a change of credentials forgets it."""
    _libc.prctl(_DIE_WITH_PARENT, _SIGKILL, 0, 0, 0)


def mount(kind: str, path: str, options: str = "", flags: int = 0) -> None:
    """A new file system."""
    _mount(kind, path, kind, flags, options)


def make_private() -> None:
    """No mount of this namespace is seen by others, nor the other way round."""
    _mount(None, "/", None, _RECURSIVE | _PRIVATE, None)


def bind(source: str, path: str) -> None:
    """Show a folder or file, with all that is mounted below it, at another path."""
    _mount(source, path, None, _BIND | _RECURSIVE, None)


def new_root(path: str) -> None:
    """Prepare a folder to become the root. What is bound later does not contain it again."""
    _mount(path, path, None, _BIND, None)
    _mount(None, path, None, _UNBINDABLE, None)


def pivot(root: str, old: str) -> None:
    """Make `root` the root, and the root until now the folder `old` below it."""
    _checked("pivot_root", _libc.syscall(_PIVOT_ROOT, os.fsencode(root), os.fsencode(old)), root)


def make_read_only(path: str) -> None:
    """A mount and all below it."""
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY, 0, 0, 0)  # struct mount_attr
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    where = ctypes.c_long(_AT_HERE), os.fsencode(path), ctypes.c_long(_AT_RECURSIVE)
    _checked("mount_setattr", _libc.syscall(_MOUNT_SETATTR, *where, ctypes.byref(attributes), size), path)


def detach(path: str) -> None:
    """Unmount it with all below it, as soon as nobody uses it."""
    _checked("umount", _libc.umount2(os.fsencode(path), _DETACH), path)


def set_host_name(name: str) -> None:
    text = os.fsencode(name)
    _checked("sethostname", _libc.sethostname(text, len(text)))


def lower_capabilities() -> None:
    """For root: what it starts has no more than a container's root."""
    for number in range(_CAPABILITIES):
        if number not in _KEPT:
            _libc.prctl(_DROP_FROM_BOUNDING_SET, number, 0, 0, 0)


def _mount(source: str | None, path: str, kind: str | None, flags: int, options: str | None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, path, kind)]
    data = None if options is None else os.fsencode(options)
    _checked("mount", _libc.mount(*words, ctypes.c_ulong(flags), data), path)


def _checked(call: str, result: int, path: str = "") -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}", path or None)
