"""What is known of a running cluster: its files, and where it is reached, as its own process wrote it down."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from loopkube.shared import private


@dataclass(frozen=True)
class ClusterInfo:
    """A running cluster: where to reach it."""

    name: str
    folder: Path
    kubeconfig: Path
    http_port: int
    https_port: int
    pid: int
    nodes: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What a person should know about this start, in sentences."""
    lowest_port: int = 0
    """Ports of its addresses below this one are listened on elsewhere (`low_ports.moved`)."""
    isolated: bool = False
    """Whether its containers have namespaces of their own."""
    own_network: bool = False
    """Whether it and its Pods have networks of their own."""


def home(folder: Path) -> Path:
    """The folder with all of the cluster's files, below the lab's state folder."""
    return Path(folder) / "cluster"


def log_file(folder: Path) -> Path:
    """What the cluster's own process prints."""
    return home(folder) / "cluster.log"


def info_file(folder: Path) -> Path:
    """There while a cluster is ready, and after one that was killed."""
    return home(folder) / "cluster.json"


def read_info(folder: Path) -> ClusterInfo | None:
    """What a running cluster has written down; None where the file is missing, half written or of an older form."""
    try:
        data = json.loads(info_file(folder).read_text())
        return _info_of(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _info_of(data: dict) -> ClusterInfo:
    known = {name: value for name, value in data.items() if name in ClusterInfo.__dataclass_fields__}
    return ClusterInfo(**known | {"folder": Path(data["folder"]), "kubeconfig": Path(data["kubeconfig"])})


def forget_info(folder: Path) -> None:
    """The cluster has ended properly."""
    info_file(folder).unlink(missing_ok=True)


def write_info(info: ClusterInfo) -> None:
    """Record a running cluster for `status` (called by the cluster's own process)."""
    path = info_file(info.folder)
    text = json.dumps(asdict(info) | {"folder": str(info.folder), "kubeconfig": str(info.kubeconfig)})
    private.write(path, text)
