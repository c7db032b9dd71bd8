"""The parts of a cluster and the order in which they start. Each step starts one part and says how it stops."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from loopkube.api import bootstrap, renumbering
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server, bound
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.api.webhooks.transport import Caller
from loopkube.client.informer import Informers
from loopkube.kinds.registry import Kinds
from loopkube.node.agent import NodeAgent
from loopkube.node.dns.server import DnsServer
from loopkube.node.dns.zone import Zone
from loopkube.node.images import Catalogue
from loopkube.node.isolation import trial
from loopkube.node.isolation.plan import ISOLATED
from loopkube.node.l4 import low_ports
from loopkube.node.network import outside, sockets
from loopkube.node.network import trial as network_trial
from loopkube.node.network.pods import PodNetworks
from loopkube.process import addons, control_socket, info
from loopkube.process.control_plane import ControlPlane
from loopkube.process.node_power import Machines
from loopkube.process.ports import claim_entry
from loopkube.process.supervised import Supervised
from loopkube.shared import addresses, cluster_file, private
from loopkube.shared.clock import Clock

HTTP, HTTPS, NODES_API = 80, 443, 6443
CONTROLLER_TIMEOUT = 30.0


class Parts:
    """What has been started so far; `stack` stops it again, last first."""

    def __init__(self, folder: Path, settings: dict, stack: contextlib.AsyncExitStack) -> None:
        self.folder, self.settings, self.stack = folder, settings, stack
        self.home = info.home(folder)
        self.clock = Clock()
        self.notices: list[str] = []
        self.config: cluster_file.ClusterConfig
        self.store: Store
        self.credentials: Credentials
        self.api: Api
        self.control_plane: ControlPlane
        self.client: InProcessClient
        self.informers: Informers
        self.dns = ""
        self.isolated = False
        self.networks: PodNetworks | None = None
        self.agents: dict[str, NodeAgent] = {}
        self.beside: dict[str, Supervised] = {}

    def link(self, node: str) -> NodeAgent | None:
        """The agent of a node that is on."""
        agent = self.agents.get(node)
        return agent if agent and agent.running else None

    def info(self) -> info.ClusterInfo:
        return info.ClusterInfo(
            name=self.config.name,
            folder=self.folder,
            kubeconfig=self.folder / "kubeconfig",
            http_port=self.settings["http_port"],
            https_port=self.settings["https_port"],
            pid=os.getpid(),
            nodes=[node.name for node in self.config.nodes],
            notices=self.notices,
            lowest_port=low_ports.lowest(),
            isolated=self.isolated,
            own_network=bool(self.networks),
        )


async def read_cluster_file(parts: Parts) -> None:
    """Raises ConfigError in kind's words; what is not done here is printed to the log."""
    path = parts.settings["config"]
    parts.config = _with_ports(cluster_file.load(Path(path)) if path else cluster_file.parse(""), parts.settings)
    for notice in parts.config.notices:
        print(notice, file=sys.stderr)


def _with_ports(config: cluster_file.ClusterConfig, settings: dict) -> cluster_file.ClusterConfig:
    """The ports that were asked for take the place of those that the file maps to 80 and 443."""
    host_ports = {HTTP: settings["http_port"], HTTPS: settings["https_port"]}
    nodes = [
        replace(n, ports=[replace(p, host_port=host_ports.get(p.container_port, p.host_port)) for p in n.ports])
        for n in config.nodes
    ]
    return replace(config, nodes=nodes)


async def claim_addresses(parts: Parts) -> None:
    """Takes the entry's ports and a block of addresses before anything is started, so that a clash is told at once."""
    for entry in claim_entry(parts.settings["http_port"], parts.settings["https_port"]):
        parts.stack.callback(entry.close)
    if parts.networks:
        await parts.networks.start()
    kept = parts.home / "address-block"
    block, claim = addresses.claim_block(_number(kept, addresses.BLOCKS - 1))
    kept.write_text(str(block))
    parts.stack.callback(claim.close)


def _number(file: Path, most: int) -> int:
    """What was written there before; 0 for a file that is missing or holds no such number."""
    text = file.read_text(errors="replace").strip() if file.exists() else ""
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    return number if number <= most else 0


async def open_store(parts: Parts) -> None:
    """Objects that were stored with another block of addresses are renumbered before anybody reads them."""
    parts.store = Store(parts.home / "state.db")
    if parts.store.notice:
        parts.notices.append(parts.store.notice)
    renumbering.renumber(parts.store)
    parts.stack.callback(parts.store.close)


async def serve_api(parts: Parts) -> None:
    """From here on there is an API; what is started later may ask it."""
    parts.credentials = Credentials.load_or_make(parts.home / "credentials", parts.clock)
    parts.notices += parts.credentials.notices
    parts.api = Api(
        parts.store,
        Kinds(),
        parts.clock,
        links=parts.link,
        toleration_seconds=parts.config.settings.toleration_seconds,
        caller=Caller(parts.store, low_ports.here, outside.stream),
    )
    parts.client = InProcessClient(parts.api, "loopkube")
    own_client = InProcessClient(parts.api, "kube-apiserver")
    definitions = DefinitionKeeper(parts.store, parts.api.kinds, own_client, parts.clock)
    # before the server listens: the first request may be for a custom resource
    await definitions.start()
    parts.stack.push_async_callback(definitions.stop)
    port_file = parts.home / "api.port"
    port = _number(port_file, 65535)
    server = await _listening(parts, port)
    parts.control_plane = ControlPlane(parts.api, server, parts.credentials, parts.clock, parts.config.settings)
    parts.stack.push_async_callback(parts.control_plane.stop)
    # kubeconfigs that were copied elsewhere go on working after the next start
    port_file.write_text(str(server.port))
    bootstrap.install(parts.api, *_api_in_cluster(server))
    bootstrap.publish(parts.api, server.aggregator.settings(parts.credentials.ca))
    write_kubeconfig(parts)


async def _listening(parts: Parts, port: int) -> Server:
    """The API server on the port that it had before, or on another one when somebody took it meanwhile."""
    server = Server(parts.api, parts.credentials, "127.0.0.1", port, _bind)
    try:
        await server.start()
    except OSError:
        await server.stop()
        if not port:
            raise
        parts.notices.append(f"The API's port {port} was taken by another program; kubeconfig has the new one.")
        server = Server(parts.api, parts.credentials, "127.0.0.1", 0, _bind)
        await server.start()
    return server


def _bind(host: str, port: int) -> list[socket.socket]:
    """Where the API listens: on this machine, and in the network of the cluster's own, if it has one."""
    if not sockets.own():
        return bound(host, port)
    with contextlib.ExitStack() as stack:
        made = bound(host, port, outside.stream())
        # for what runs in the cluster's network with the administrator's kubeconfig, and for Pods
        for place in ((host, made[0].getsockname()[1]), (addresses.node_address(0), NODES_API)):
            stack.callback(made[-1].close)
            made += bound(*place)
        stack.pop_all()
        return made


def _api_in_cluster(server: Server) -> tuple[str, int]:
    """Where the API is behind its Service."""
    return (addresses.node_address(0), NODES_API) if sockets.own() else ("127.0.0.1", server.port)


def _api_of_pods(server: Server) -> tuple[str, int]:
    """Where programs in Pods find the API."""
    return (addresses.kubernetes_service(), HTTPS) if sockets.own() else ("127.0.0.1", server.port)


def write_kubeconfig(parts: Parts) -> None:
    """For clients, with the administrator's certificate: only its owner may read it."""
    text = parts.credentials.kubeconfig(parts.control_plane.server.url, name=f"kind-{parts.config.name}")
    private.write(parts.folder / "kubeconfig", text)


async def run_controllers(parts: Parts) -> None:
    await parts.control_plane.run_controllers()


async def run_scheduler(parts: Parts) -> None:
    await parts.control_plane.run_scheduler()


async def run_dns(parts: Parts) -> None:
    """Cluster DNS, at the address of the Service kube-dns."""
    # one set for DNS and all nodes, which follow the same Services
    parts.informers = Informers(InProcessClient(parts.api, "kubelet"), parts.clock)
    parts.stack.push_async_callback(parts.informers.stop)
    service = await parts.client.get("services", bootstrap.DNS, "kube-system")
    server = DnsServer(Zone(parts.informers, service["spec"]["clusterIP"]), addresses.node_address(0))
    parts.stack.push_async_callback(server.stop)
    await server.start()
    parts.dns = server.address


async def choose_containers(parts: Parts) -> None:
    """Namespaces of their own where that was asked for and the kernel gives them; otherwise, processes as ever."""
    way = parts.settings.get("containers", "")
    # beside the loop: a program is started for it
    parts.isolated = await asyncio.to_thread(trial.isolates, way)
    if way == ISOLATED and not parts.isolated:
        parts.notices.append(f"Containers share this machine's files and processes: {trial.refusal()}.")
    elif way == ISOLATED and not parts.networks:
        # tried again: it was the first thing that this process did
        why = await asyncio.to_thread(network_trial.refusal)
        parts.notices.append(f"Pods share this machine's network: {why or 'it can be had now'}.")


async def run_nodes(parts: Parts) -> None:
    """Starts each node and waits until it has registered itself."""
    catalogue, client = Catalogue(parts.home), InProcessClient(parts.api, "kubelet")
    host, port = _api_of_pods(parts.control_plane.server)
    for index, node in enumerate(parts.config.nodes):
        agent = NodeAgent(
            node,
            index,
            client,
            parts.clock,
            parts.home,
            catalogue,
            lambda token, namespace: parts.credentials.kubeconfig(
                f"https://{host}:{port}", token=token, namespace=namespace
            ),
            informers=parts.informers,
            lease_seconds=parts.config.settings.lease_seconds,
            api=(host, port),
            dns=parts.dns,
            isolated=parts.isolated,
            networks=parts.networks,
        )
        parts.agents[node.name] = agent
        parts.stack.push_async_callback(agent.stop)
        await agent.start()


async def run_service_proxy(parts: Parts) -> None:
    """Lets the L4 proxy begin, which has loaded itself meanwhile."""
    # the line that the process waits for: no node is off
    parts.beside["L4 proxy"].tell("[]")


async def listen_on_control_socket(parts: Parts) -> None:
    """After the nodes: orders to stop or start one have to find it."""

    async def tell_proxy(off: list[str]) -> None:
        parts.beside["L4 proxy"].tell(json.dumps(off))

    machines = Machines(parts.agents, parts.control_plane, tell_proxy)
    await parts.stack.enter_async_context(control_socket.listening(parts.home, machines))


async def apply_manifests(parts: Parts) -> None:
    """Applies what the cluster is started with, and returns when its workloads are available."""
    applied = []
    for path in parts.settings["manifests"]:
        applied += await addons.apply(parts.client, parts.api.kinds, addons.read(Path(path)))
    await addons.wait_available(parts.client, applied, CONTROLLER_TIMEOUT)


STEPS: list[tuple[str, Callable[[Parts], Awaitable[None]]]] = [
    ("cluster file", read_cluster_file),
    ("addresses", claim_addresses),
    ("store", open_store),
    ("API server", serve_api),
    ("controllers", run_controllers),
    ("scheduler", run_scheduler),
    ("cluster DNS", run_dns),
    ("containers", choose_containers),
    ("nodes", run_nodes),
    ("L4 proxy", run_service_proxy),
    ("control socket", listen_on_control_socket),
    ("ingress controller", apply_manifests),
]
