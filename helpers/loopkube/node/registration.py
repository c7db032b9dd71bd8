"""The Node object of one node, and its heartbeats: conditions every five minutes, a Lease four times in its
duration (every ten seconds), as a kubelet does. Its status is the node's own: whatever somebody else writes there,
such as the node controller after a pause, is put right at the next look, ten seconds later at most.

Fields are those of a kind node (recordings/kind/kubectl-get-nodes-json-3.json).
"""

import asyncio
import contextlib
import os
import platform
from collections.abc import Awaitable, Callable

from loopkube.client.client import Client
from loopkube.node.node_info import architecture, node_info
from loopkube.node.tasks import watched
from loopkube.shared import addresses
from loopkube.shared.clock import Clock
from loopkube.shared.cluster_file import CONTROL_PLANE, NodeConfig
from loopkube.shared.ending import ended
from loopkube.shared.status import ApiError

LEASES = "kube-node-lease"
LEASE_SECONDS = 40
LOOK_SECONDS, REPORT_SECONDS = 10.0, 300.0
"""Between two looks at the status (nodeStatusUpdateFrequency), and two reports of one that has not changed."""
MOST_PODS = "110"

# type, reason and message of a healthy node's conditions; only Ready is True
CONDITIONS = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "KubeletReady", "kubelet is posting ready status"),
)


def capacity() -> dict[str, str]:
    """What this machine has; every node has all of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    disk = os.statvfs("/")
    return {
        "cpu": str(os.cpu_count() or 1),
        "ephemeral-storage": f"{disk.f_frsize * disk.f_blocks // 1024}Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": f"{memory // 1024}Ki",
        "pods": MOST_PODS,
    }


def labels(config: NodeConfig) -> dict[str, str]:
    """The well-known labels of a node (kubernetes.io/hostname, os, arch), under those of the cluster file."""
    system, machine = platform.system().lower(), architecture()
    own = {
        "beta.kubernetes.io/arch": machine,
        "beta.kubernetes.io/os": system,
        "kubernetes.io/arch": machine,
        "kubernetes.io/hostname": config.name,
        "kubernetes.io/os": system,
    }
    if config.role == CONTROL_PLANE:
        own |= {
            "node-role.kubernetes.io/control-plane": "",
            "node.kubernetes.io/exclude-from-external-load-balancers": "",
        }
    return own | config.labels


class Registration:
    """Keeps one Node object in the API while its node is up."""

    def __init__(
        self, config: NodeConfig, index: int, client: Client, clock: Clock, lease_seconds: int = LEASE_SECONDS
    ) -> None:
        self._config, self._index, self._client, self._clock = config, index, client, clock
        self._lease_seconds = lease_seconds
        self.address = addresses.node_address(index)
        self.capacity = capacity()
        self._tasks: list[asyncio.Task] = []
        self.node: dict = {}
        self._reported = 0.0

    async def start(self) -> bool:
        """Create the Node or take it over, with Ready true; then keep beating. Whether the Node is new."""
        new = await self._register()
        # not at the next beat: a node that comes back is Ready at once
        await self.look(due=True)
        self._tasks = [
            watched(self._beat(self._lease_seconds / 4, self._renew_lease), "lease"),
            watched(self._beat(LOOK_SECONDS, self.look, later=True), "node status"),
        ]
        return new

    async def stop(self) -> None:
        """Ends the heartbeat: the node becomes NotReady after the controllers' grace period."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            await ended(task)

    async def _register(self) -> bool:
        name, cidr = self._config.name, addresses.pod_range(self._index)
        try:
            self.node = await self._client.get("nodes", name)
            return False
        except ApiError as error:
            if error.code != 404:
                raise
        spec = {"podCIDR": cidr, "podCIDRs": [cidr], "providerID": f"loopkube://{name}"}
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "labels": labels(self._config),
                "annotations": {
                    "node.alpha.kubernetes.io/ttl": "0",
                    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
                },
            },
            "spec": spec | ({"taints": self._config.taints} if self._config.taints else {}),
        }
        self.node = await self._client.create("nodes", node)
        return True

    async def look(self, due: bool = False) -> None:
        """Report when it is time to, or when the API shows another status than this node's."""
        old = (await self._client.get("nodes", self._config.name)).get("status") or {}
        now, status = self._clock.monotonic(), self.status(old)
        if due or now - self._reported >= REPORT_SECONDS or _content(old | status) != _content(old):
            change = [{"op": "add", "path": "/status", "value": old | status}]
            await self._client.patch("nodes", self._config.name, change, subresource="status", type="json")
            self._reported = now

    def status(self, old: dict) -> dict:
        """The node's status; a condition keeps its lastTransitionTime while it stays as it is."""
        now = self._clock.stamp()
        before = {c["type"]: c for c in old.get("conditions") or []}
        conditions = []
        for type, reason, message in CONDITIONS:
            value = "True" if type == "Ready" else "False"
            was = before.get(type, {})
            changed = was["lastTransitionTime"] if was.get("status") == value else now
            times = {"lastHeartbeatTime": now, "lastTransitionTime": changed}
            conditions.append({"type": type, "status": value, "reason": reason, "message": message, **times})
        resources = (old.get("capacity") or {}) | self.capacity  # extended ones are advertised from outside
        addresses = [
            {"type": "InternalIP", "address": self.address},
            {"type": "Hostname", "address": self._config.name},
        ]
        return {
            "addresses": addresses,
            "allocatable": resources,
            "capacity": resources,
            "conditions": conditions + [c for t, c in before.items() if t not in {x[0] for x in CONDITIONS}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": node_info(),
        }

    async def _beat(self, seconds: float, work: Callable[[], Awaitable[None]], later: bool = False) -> None:
        if later:
            await self._clock.sleep(seconds)
        while True:
            # the API may be off with its node; the next beat tries again
            with contextlib.suppress(ApiError, OSError, TimeoutError):
                await work()
            await self._clock.sleep(seconds)

    async def _renew_lease(self) -> None:
        name, now = self._config.name, self._clock.micro_stamp()
        spec = {"leaseDurationSeconds": self._lease_seconds, "renewTime": now}
        try:
            await self._client.patch("leases.coordination.k8s.io", name, {"spec": spec}, LEASES)
        except ApiError as error:
            if error.code != 404:
                raise
            owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": self.node["metadata"]["uid"]}
            lease = {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": name, "namespace": LEASES, "ownerReferences": [owner]},
                "spec": {"holderIdentity": name} | spec,
            }
            await self._client.create("leases.coordination.k8s.io", lease, LEASES)


def _content(status: dict) -> dict:
    """The status without its heartbeats; conditions by type, as those of others may stand between ours."""
    return status | {"conditions": {c["type"]: c | {"lastHeartbeatTime": ""} for c in status.get("conditions") or []}}
