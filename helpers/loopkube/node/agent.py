"""The node agent: what a kubelet is to a node. Registers the node and looks after the Pods bound to it."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.client.informer import Informer, Informers
from loopkube.node import streams
from loopkube.node.admission import Admission
from loopkube.node.images import Catalogue
from loopkube.node.l4 import low_ports
from loopkube.node.network.pods import PodNetworks
from loopkube.node.pod import Pod
from loopkube.node.ports import NodePorts
from loopkube.node.registration import LEASE_SECONDS, Registration
from loopkube.node.runtime import KubeconfigFor, Runtime
from loopkube.node.status_pacing import Turns
from loopkube.node.tasks import watched
from loopkube.node.tokens import Tokens
from loopkube.node.usage import Meter, whole
from loopkube.shared import addresses
from loopkube.shared.clock import Clock
from loopkube.shared.cluster_file import NodeConfig
from loopkube.shared.links import LogOptions, Session, Usage

log = logging.getLogger(__name__)
TERMINAL = ("Succeeded", "Failed")
SYNC_SECONDS = 10.0
"""Between two looks at the statuses of all Pods (the status manager's syncPeriod)."""
_NOW = "Node {name} status is now: {reason}"
JOINED = (
    ("Starting", "Starting kubelet."),
    ("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods"),
    ("NodeHasSufficientMemory", _NOW),
    ("NodeHasNoDiskPressure", _NOW),
    ("NodeHasSufficientPID", _NOW),
    ("NodeReady", _NOW),
)


class NodeAgent:
    """`start`, `ready`, `stop` of one node; implements api.links.NodeLink."""

    def __init__(
        self,
        config: NodeConfig,
        index: int,
        client: Client,
        clock: Clock,
        folder: Path,
        catalogue: Catalogue,
        kubeconfig_for: KubeconfigFor,
        informers: Informers | None = None,
        api: tuple[str, int] | None = None,
        dns: str = "",
        lease_seconds: int = LEASE_SECONDS,
        isolated: bool = False,
        networks: PodNetworks | None = None,
    ) -> None:
        """`index` is the node's place in the cluster file; `folder` the cluster's folder; `dns` where DNS is."""
        self.name, self.config, self._index = config.name, config, index
        self._client, self._clock = client, clock
        self._informers = informers or Informers(client, clock)
        self._registration = Registration(config, index, client, clock, lease_seconds)
        self.recorder = Recorder(client, clock, "kubelet", config.name)
        self._addresses = addresses.PodAddresses(index)
        self._ports = NodePorts(config.ports, addresses.node_address(index))
        self._runtime = Runtime(
            client=client,
            clock=clock,
            recorder=self.recorder,
            catalogue=catalogue,
            lookup=self._lookup,
            services=lambda: self._informers.of("services").items.values(),
            tokens=Tokens(client, clock),
            turns=Turns(clock),
            ports=self._ports,
            kubeconfig_for=kubeconfig_for,
            folder=folder,
            dns=dns,
            node_name=config.name,
            node_ip=addresses.node_address(index),
            gateway=addresses.gateway(index),
            allocatable=self._registration.capacity,
            api=api,
            isolated=isolated,
            networks=networks,
        )
        self._admission = Admission(self._runtime)
        self._pods: dict[str, Pod] = {}
        self._meter = Meter()
        self._holders: dict[str, str] = {}
        self._informer: Informer | None = None
        self._sync: asyncio.Task | None = None
        self.running = False
        self._following = False

    async def start(self) -> None:
        """Bring the node up; returns when its Node object is Ready and its Pods are known."""
        if self.running:
            return
        self.running = True
        await self._ports.start()
        first = await self._registration.start()
        if first:
            await self._report_start()
        # before the first Pod is heard of: its volumes and environment are made from these
        await self._follow_configuration()
        self._informer = Informer(self._client, "pods", fields=f"spec.nodeName={self.name}", clock=self._clock)
        self._informer.on_change(self._on_pod)
        await self._informer.start()
        await self._informer.synced()
        self._sync = watched(self._look_at_pods(), "statuses of pods")

    async def ready(self) -> None:
        """Returns once the node is registered (as `start` does)."""
        if self._informer:
            await self._informer.synced()

    async def stop(self) -> None:
        """The node goes down as if its plug were pulled: its processes end, and nobody reports it."""
        if not self.running:
            return
        # first: from here on no change of a Pod is taken in
        self.running = False
        if self._sync:
            self._sync.cancel()
        if self._informer:
            await self._informer.stop()
        await self._registration.stop()
        self._admission.stop()
        pods, self._pods = list(self._pods.values()), {}
        # all at once, as when a machine loses its power; only then is one waited for
        for pod in pods:
            pod.crash()
        for pod in pods:
            await pod.gone()
            self._on_ended(pod)
        await self._ports.stop()
        await self.recorder.stop()

    async def _report_start(self) -> None:
        """The events of a node that joins."""
        what = {"kind": "Node", "apiVersion": "", "metadata": {"name": self.name, "uid": self.name}}
        for reason, message in JOINED:
            text = message.format(name=self.name, reason=reason)
            await self.recorder.event(what, "Normal", reason, text)

    # --- Pods ---

    def _on_pod(self, type: str, obj: dict, old: dict | None) -> None:
        if not self.running:
            return
        pod = self._pods.get(obj["metadata"]["uid"])
        if type == "DELETED":
            if pod:
                pod.removed()
        elif pod:
            pod.update(obj)
        else:
            self._admit(obj)

    async def _look_at_pods(self) -> None:
        while True:
            await self._clock.sleep(SYNC_SECONDS)
            for pod in list(self._pods.values()):
                pod.look()

    def _admit(self, obj: dict) -> None:
        if (obj.get("status") or {}).get("phase") in TERMINAL:
            return  # the API removes it at once when it is deleted: it has nothing to end
        if self._admission.refuses(obj):
            return
        host = obj["spec"].get("hostNetwork")
        address = self._runtime.node_ip if host else self._addresses.take()
        if address is None:
            log.error("no address left for Pod %s", obj["metadata"]["name"])
            return
        pod = Pod(obj, self._runtime, address, self._on_ended)
        self._pods[pod.uid] = pod
        self._holders[address] = pod.uid
        pod.start()

    def _on_ended(self, pod: Pod) -> None:
        """No process of the Pod will run any more; its address is free."""
        # called twice for a Pod that finished before it was deleted: the address may be another's by now
        if self._holders.get(pod.address) == pod.uid:
            del self._holders[pod.address]
            if self._runtime.networks:
                self._runtime.networks.remove(pod.address)
            self._addresses.give_back(pod.address)
        if pod.object["metadata"].get("deletionTimestamp") or pod.uid not in self._known_uids():
            self._pods.pop(pod.uid, None)

    def _known_uids(self) -> set[str]:
        return {o["metadata"]["uid"] for o in self._informer.items.values()} if self._informer else set()

    # --- ConfigMaps and Secrets ---

    async def _follow_configuration(self) -> None:
        if self._following:
            return
        self._following = True
        for resource in ("configmaps", "secrets", "services"):
            await self._informers.of(resource).start()
            await self._informers.of(resource).synced()
        # when all of them are known: what is there already is no change for a Pod
        for resource in ("configmaps", "secrets"):
            self._informers.of(resource).on_change(partial(self._on_configuration, resource))

    def _on_configuration(self, resource: str, type: str, obj: dict, old: dict | None) -> None:
        namespace = obj["metadata"]["namespace"]
        for pod in self._pods.values():
            if pod.object["metadata"]["namespace"] == namespace:
                pod.refresh_for(resource, obj["metadata"]["name"])

    def _lookup(self, resource: str, namespace: str, name: str) -> dict | None:
        return self._informers.of(resource).get(namespace, name)

    # --- api.links.NodeLink ---

    def logs(self, pod: dict, container: str, options: LogOptions) -> AsyncIterator[bytes]:
        """Lines of a container's log; after `follow` they come until it ends. Raises ApiError as a kubelet answers."""
        return streams.logs(self._pods.get(pod["metadata"]["uid"]), pod, container, options, self._runtime)

    async def exec(self, pod: dict, container: str, command: list[str], *, stdin: bool, tty: bool) -> Session:
        """Starts a program beside the container's own, in its folder and with its environment."""
        return await streams.execute(self._pods.get(pod["metadata"]["uid"]), pod, container, command, stdin, tty)

    async def attach(self, pod: dict, container: str, *, stdin: bool) -> Session:
        """A session with the program that runs in the container. Raises ApiError as a kubelet answers."""
        return await streams.attach(self._pods.get(pod["metadata"]["uid"]), pod, container, stdin)

    def reach(self, address: str, port: int) -> tuple[str, int]:
        return low_ports.here(address, port)

    async def usage(self) -> dict[str, dict[str, Usage]]:
        """{uid: {container: use}}, and under "" the node's; measured in a thread."""
        pods = list(self._pods.values())
        running = {c.process.pid: f"{pod.uid}/{c.name}" for pod in pods for c in pod.everything if c.process}
        if self._index == 0:
            running[os.getpid()] = "/"  # the first node is the one that the control plane runs on
        return whole(await asyncio.to_thread(self._meter.measure, running))

    async def open_port(self, pod: dict, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the Pod's own port, on its address."""
        return await streams.open_port(self._pods.get(pod["metadata"]["uid"]), pod, port, self._runtime)
