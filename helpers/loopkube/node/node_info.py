"""What a node tells of its machine: `status.nodeInfo`."""

import functools
import platform
from pathlib import Path

from loopkube.upstream.version import VERSION

_ARCHITECTURE = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """As Go names it."""
    return _ARCHITECTURE.get(platform.machine(), platform.machine())


@functools.cache
def node_info() -> dict:
    """Read once: it does not change while the node runs."""

    def text(path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    release = dict(line.split("=", 1) for line in text("/etc/os-release").splitlines() if "=" in line)
    machine = text("/etc/machine-id")
    return {
        "architecture": architecture(),
        "bootID": text("/proc/sys/kernel/random/boot_id"),
        "containerRuntimeVersion": "loopkube://processes",
        "kernelVersion": platform.release(),
        "kubeProxyVersion": "",
        "kubeletVersion": VERSION,
        "machineID": machine,
        "operatingSystem": platform.system().lower(),
        "osImage": release.get("PRETTY_NAME", platform.system()).strip('"'),
        "systemUUID": machine,
    }
