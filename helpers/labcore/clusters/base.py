"""What each kind of cluster is and does: the facts that it declares, and the methods that the lab calls."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from labcore.clusters.records import Access, Beforehand, Entry, Status, UpOption, UpOptions
from labcore.errors import LabError
from labcore.language.messages import phrase

__all__ = ["Access", "Beforehand", "Cluster", "Entry", "OnStep", "Status", "UpOption", "UpOptions"]

OnStep = Callable[[str], None]
RECORD = "cluster.json"
"""The file, in a folder of the cluster's name, by which the lab knows that it made one."""
_MB = 1_000_000


class Cluster(ABC):
    """One cluster of the lab: up, status, down, its nodes, and the way in.

    Every question that commands, lessons and the doctor have about a kind of cluster is an attribute or a method here;
    a kind overrides what is otherwise for it, and nobody asks for its name.
    """

    name: str
    """As `--cluster` takes it."""
    argument: ClassVar[str] = ""
    """What follows the colon of its name: NAME in `context:NAME`; "" where the module's name is all of it."""

    # -- what it is ------------------------------------------------------------------------------------------------

    shared: ClassVar[bool] = False
    """It is somebody else's: the lab is a guest, and neither starts nor stops it."""
    access_starts: ClassVar[bool] = False
    """`access()` starts it when it is not running."""
    up_applies_controller: ClassVar[bool] = False
    """Each `lab up` applies the controller's manifests again."""
    on_loopback: ClassVar[bool] = False
    """It is of this machine alone, where its nodes, Pods and Services have addresses of the loopback network, which
    every program reaches; or of a network of its own, see `reaches_pods`."""
    in_docker: ClassVar[bool] = False
    """Its nodes are containers of this machine: Docker's disk, ports and commands, and this kernel, are theirs."""
    one_process: ClassVar[bool] = False
    """It is loopkube's process on this machine, which a signal may pause."""
    own_l4_proxy: ClassVar[bool] = False
    """loopkube's L4 proxy chooses a Service's endpoints; elsewhere kube-proxy's rules do."""

    # -- what it needs of this machine -----------------------------------------------------------------------------

    programs: ClassVar[tuple[str, ...]] = ()
    """The programs that the lab runs for it."""
    memory: ClassVar[int] = 600 * _MB
    """Bytes that must be free for it, JupyterLab and a kernel."""
    disk: ClassVar[int] = 200 * _MB
    """Bytes that must be free for its objects, logs and images."""
    has_ports: ClassVar[bool] = True
    """Its entry is at two ports of this machine: `--http-port` and `--https-port`."""
    entry_holders: ClassVar[tuple[str, ...]] = ("", "docker-proxy", "com.docker.backend")
    """The programs that listen at these ports for it; "" is a process that only root may see."""
    cluster_file: ClassVar[str] = ""
    """The file of the project, in kind's format, whose nodes and port mappings are its own; "" where it has none."""

    # -- what its `lab up` takes ------------------------------------------------------------------------------------

    controllers: ClassVar[Mapping[str, str]] = MappingProxyType({"traefik": ""})
    """What `--controller` may name here, the default first, each with what to know of it; {}: the lab installs none."""
    own_options: ClassVar[tuple[UpOption, ...]] = ()
    """What it takes beside the ports and the controller; `up` finds the values in `UpOptions.own`."""

    @classmethod
    def install(cls, program: str) -> str:
        """The command that installs one of its programs; "" where the doctor does not know."""
        return ""

    # -- where its things are --------------------------------------------------------------------------------------

    @property
    def context(self) -> str:
        """The context of the user's own kubeconfig; "" for a cluster whose kubeconfig the lab keeps."""
        return ""

    def kubeconfig(self, state: Path) -> Path | None:
        """The kubeconfig that the lab keeps in its state folder; None where the user's decides."""
        return state / self.name / "kubeconfig"

    def record(self, state: Path) -> Path:
        """What the lab remembers of it, as JSON (`state`, `controller`); there while it was made from this folder."""
        return state / self.name / RECORD

    def api_kubeconfig(self, state: Path) -> Path | None:
        """The kubeconfig to look at its API with; None where nothing would answer."""
        file = self.kubeconfig(state)
        return file if file and file.exists() else None

    @property
    def reaches_pods(self) -> bool:
        """Whether a program of this machine reaches its nodes, Pods and Services by their addresses."""
        return self.on_loopback

    # -- up and down -----------------------------------------------------------------------------------------------

    def beforehand(self, options: UpOptions) -> Beforehand:
        """What is said before `lab up`, which does nothing for a cluster that is ready."""
        return Beforehand()

    @abstractmethod
    def up(self, options: UpOptions, on_step: OnStep) -> Access:
        """Start it, or continue it; returns when its entry answers."""

    @abstractmethod
    def status(self) -> Status:
        """Look, and change nothing."""

    @abstractmethod
    def down(self, *, delete: bool = False) -> str:
        """Stop it, or remove it with all its objects; returns what became of it, as a sentence."""

    @abstractmethod
    def access(self) -> Access:
        """The way to it; raises NoCluster when it is not there."""

    def beside(
        self, http_port: int | None = None, https_port: int | None = None
    ) -> AbstractContextManager[Access] | None:
        """A fresh cluster of this kind for as long as one command runs; None where there can be one only."""
        return None

    # -- its nodes -------------------------------------------------------------------------------------------------
    def nodes(self) -> dict[str, str]:
        """The names of its nodes and their states."""
        raise LabError(
            phrase(
                "the lab cannot see the nodes of {name} from outside; look inside: kubectl get nodes", name=self.name
            )
        )

    def power(self) -> dict[str, str]:
        """The names of its nodes and their states, as far as they can be asked now; {} where they cannot."""
        return {}

    def on_node(self, node: str, *command: str) -> list[str]:
        """The command that runs another one on a node; [] where the lab cannot."""
        return ["docker", "exec", node, *command] if self.in_docker else []

    def stopped(self) -> list[str]:
        """The nodes that were stopped; none where the lab cannot see."""
        return []

    def stop_node(self, node: str) -> bool:
        """Stop a node as if its machine lost power; False if it was stopped already."""
        raise LabError(
            phrase("the lab cannot stop a machine of {name}; on a cluster of your own: lab up, or kind", name=self.name)
        )

    def start_node(self, node: str) -> bool:
        """Start a stopped node; False if it was running already."""
        raise LabError(
            phrase(
                "the lab cannot start a machine of {name}; on a cluster of your own: lab up, or kind", name=self.name
            )
        )
