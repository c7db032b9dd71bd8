"""What the parts of one node share: the API, the clock, the registry, where things are kept."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.node.environment import Lookup
from loopkube.node.images import Catalogue
from loopkube.node.network.pods import PodNetworks
from loopkube.node.ports import NodePorts
from loopkube.node.status_pacing import Turns
from loopkube.node.tokens import Tokens
from loopkube.shared.clock import Clock

KubeconfigFor = Callable[[str, str], str]
"""(token, namespace) -> the text of a kubeconfig for it."""


@dataclass(frozen=True)
class Runtime:
    """Handed to every Pod of a node."""

    client: Client
    clock: Clock
    recorder: Recorder
    catalogue: Catalogue
    lookup: Lookup
    services: Callable[[], Iterable[dict]]
    tokens: Tokens
    turns: Turns
    ports: NodePorts
    kubeconfig_for: KubeconfigFor
    folder: Path
    """The cluster's folder."""
    node_name: str
    node_ip: str
    gateway: str
    allocatable: dict[str, str]
    api: tuple[str, int] | None = None
    """Where the API listens, for programs that ask for KUBERNETES_SERVICE_HOST."""
    dns: str = ""
    """The address of cluster DNS, where there is one."""
    isolated: bool = False
    """Whether containers have namespaces of their own (isolation)."""
    networks: PodNetworks | None = None
    """Where Pods have networks of their own."""
    _notes: set[asyncio.Task] = field(default_factory=set)

    def note(self, pod: dict, type: str, reason: str, message: str, field_path: str = "") -> None:
        """Report an event about a Pod, without waiting for the API."""
        task = asyncio.ensure_future(self.recorder.event(pod, type, reason, message, field_path))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)
