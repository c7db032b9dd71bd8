"""Whether containers can have namespaces of their own here: one is started, and looks around."""

import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from loopkube.node.isolation.plan import AUTO, ISOLATED, Mount, Sandbox, programs
from loopkube.node.launch import Launch, Standard
from loopkube.node.spawn import spawn

SECONDS = 5.0
_MOUNTED = "/etc/loopkube-trial/file"
_PROGRAM = f"import os; assert os.getpid() == 1; assert open({_MOUNTED!r}).read() == 'seen'"
_HINTS = (
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor keeps user namespaces from programs"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "this kernel keeps user namespaces for root"),
    ("/proc/sys/user/max_user_namespaces", "0", "this system allows no user namespaces"),
)
"""Settings that forbid it: where they are, with which value, and what that means."""


@functools.cache
def refusal() -> str:
    """Why containers cannot have namespaces of their own; `` where they can."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    if not hasattr(os, "pidfd_open"):
        return "this Python knows no pidfds"
    try:
        with tempfile.TemporaryDirectory(prefix="loopkube-") as folder:
            code, words = _tried(Path(folder))
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if code == 0 else _explained(words.strip())


def isolates(way: str) -> bool:
    """Whether a cluster that is asked to run containers in this way isolates them."""
    return way in (ISOLATED, AUTO) and not refusal()


def _tried(folder: Path) -> tuple[int, str]:
    """(exit code, what was printed) of a program in namespaces of its own."""
    (folder / "file").write_text("seen")
    (folder / "root").mkdir()
    mounts = [Mount(_MOUNTED, str(folder / "file"), True)]
    sandbox = Sandbox(folder / "root", "trial", mounts, [], programs([sys.executable]))
    launch = Launch([sys.executable, "-I", "-S", "-c", _PROGRAM], {}, "/", sandbox=sandbox)
    read, write = os.pipe()
    with (folder / "words").open("wb") as words:
        try:
            runner = spawn(launch, Standard(stderr=words.fileno()), (write, -1))
        finally:
            os.close(write)
        with os.fdopen(read) as report:
            code = runner.wait(SECONDS)
            program = report.read().strip()
        if program:
            code = os.waitstatus_to_exitcode(os.waitpid(int(program), 0)[1])
    return code, (folder / "words").read_text(errors="replace")


def _explained(words: str) -> str:
    """The kernel's own words, with the setting that is behind them where it is known."""
    last = words.splitlines()[-1] if words else "no reason was given"
    for file, value, meaning in _HINTS:
        try:
            if Path(file).read_text().strip() == value:
                return f"{meaning} ({Path(file).name} is {value}): {last}"
        except OSError:
            continue
    return f"a seccomp filter, as Docker's, forbids it: {last}" if _filtered() and "not permitted" in last else last


def _filtered() -> bool:
    status = Path("/proc/self/status").read_text()
    return any(line.split() == ["Seccomp:", "2"] for line in status.splitlines())
