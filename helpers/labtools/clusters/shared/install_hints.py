"""How the programs around the lab are installed and started on this system: the fixes of the doctor and of kind."""

import platform
import sys
from pathlib import Path

from labcore.language.messages import phrase

from labtools.clusters.kind import pins

_MAC = {"docker": "brew install --cask docker", "kind": "brew install kind", "kubectl": "brew install kubectl"}


def install(program: str) -> str:
    """The command that installs docker, kind or kubectl."""
    if sys.platform == "darwin":
        return _MAC[program]
    arch = "arm64" if platform.machine().lower() in ("aarch64", "arm64") else "amd64"
    linux = {
        "docker": phrase("sudo apt-get install docker.io   (others: https://docs.docker.com/engine/install/)"),
        "kind": f"curl -Lo kind https://kind.sigs.k8s.io/dl/v{pins.KIND}/kind-linux-{arch} "
        "&& sudo install kind /usr/local/bin/",
        "kubectl": f"curl -LO https://dl.k8s.io/release/{pins.KUBECTL}/bin/linux/{arch}/kubectl "
        "&& sudo install kubectl /usr/local/bin/",
    }
    return linux[program]


def start_docker() -> str:
    """The command that starts Docker."""
    if sys.platform == "darwin":
        return "open -a Docker"
    version = Path("/proc/version")
    if version.exists() and "microsoft" in version.read_text(errors="replace").lower():
        return phrase("sudo service docker start   (or start Docker Desktop on Windows)")
    return "sudo systemctl start docker"
