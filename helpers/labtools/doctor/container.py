"""How much memory a container leaves to its programs: what the kernel says of control groups, version 2 and 1."""

from collections.abc import Callable, Iterator

GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", "inactive_file"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        "/sys/fs/cgroup/memory/memory.stat",
        "total_inactive_file",
    ),
)
"""{limit, taken, statistics, what of it is files that the kernel gives up first}; `max` and 2**63 are no limits."""


def memory(read: Callable[[str], str | None]) -> Iterator[int]:
    """Bytes left below each limit that there is."""
    for limit, taken, statistics, files in GROUPS:
        most, now = _number(read(limit)), _number(read(taken))
        if most is not None and now is not None:
            lines = dict(line.split() for line in (read(statistics) or "").splitlines() if line.count(" ") == 1)
            yield max(0, most - now + (_number(lines.get(files)) or 0))


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isdigit() else None
