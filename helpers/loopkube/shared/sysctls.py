"""Sysctls of a Pod: the namespace of the kernel that each belongs to (component-helpers/node/util/sysctl)."""

IPC, NET = "IPC", "Net"
_IPC_NAMES = frozenset(
    f"kernel.{name}"
    for name in ("sem", "shm", "shmall", "shmmax", "shmmni", "shm_rmid_forced", "msg", "msgmax", "msgmnb", "msgmni")
)
_SWAPPED = str.maketrans("./", "/.")


def with_dots(name: str) -> str:
    """A name that is written with slashes, where a dot stands within a part, in the other way of writing."""
    first = next((letter for letter in name if letter in "./"), "")
    return name.translate(_SWAPPED) if first == "/" else name


def namespace(name: str) -> str:
    """`IPC`, `Net`, or nothing where the kernel has the setting only once."""
    name = with_dots(name)
    if name in _IPC_NAMES or name.startswith("fs.mqueue."):
        return IPC
    return NET if name.startswith("net.") else ""
