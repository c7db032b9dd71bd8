"""One node on an API in memory: what the tests of the node agent start from.

With LOOPKUBE_CONTAINERS=isolated its containers have namespaces of their own.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from held_clock import settle
from loopkube.api.credentials import Credentials
from loopkube.api.in_process import InProcessClient
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.client.informer import Informers
from loopkube.kinds.registry import Kinds
from loopkube.node.agent import NodeAgent
from loopkube.node.images import Catalogue
from loopkube.node.isolation import trial
from loopkube.node.isolation.plan import PLAIN, VARIABLE
from loopkube.shared import addresses
from loopkube.shared.clock import Clock
from loopkube.shared.cluster_file import NodeConfig, PortMapping

PROGRAMS = Path(__file__).parent / "programs"
NODE = "test-control-plane"
DEADLINE = 10.0


class Node:
    """A node agent, and the short words of its tests."""

    def __init__(
        self,
        place: Path,
        api: Api,
        client: InProcessClient,
        informers: Informers,
        ports: list[PortMapping],
        dns: str,
        isolated: bool = False,
    ):
        self.place, self.api, self.client, self.informers = place, api, client, informers
        self._ports, self._dns = ports, dns
        self.isolated = isolated or trial.isolates(os.environ.get(VARIABLE, PLAIN))
        self.agent = self.new_agent()

    def new_agent(self) -> NodeAgent:
        return NodeAgent(
            NodeConfig(NODE, ports=self._ports),
            0,
            self.client,
            Clock(),
            self.place,
            Catalogue(self.place),
            lambda token, namespace: json.dumps({"token": token, "namespace": namespace}),
            self.informers,
            ("127.0.0.1", 6443),
            self._dns,
            isolated=self.isolated,
        )

    async def run(self, name: str, container: dict, **spec: object) -> dict:
        """Create a Pod with one container `app`, bound to the node."""
        containers = [{"name": "app", "image": "python:3.13-alpine"} | container]
        return await self.create(name, {"containers": containers} | spec)

    async def create(self, name: str, spec: dict) -> dict:
        whole = {"nodeName": NODE, "terminationGracePeriodSeconds": 1} | spec
        metadata = {"name": name, "namespace": "default", "labels": {"app": name}}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": whole}
        return await self.client.create("pods", pod, "default")

    async def config_map(self, name: str, data: dict[str, str]) -> None:
        metadata = {"name": name, "namespace": "default"}
        obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        await self.client.create("configmaps", obj, "default")

    async def until(self, resource: str, name: str, test: Callable[[dict], bool], seconds: float = DEADLINE) -> dict:
        """The object as soon as `test` holds for it."""
        seen: dict = {}
        try:
            async with asyncio.timeout(seconds):
                listed = await self.client.list(resource, "default", fields=f"metadata.name={name}")
                for seen in listed.items:
                    if test(seen):
                        return seen
                async for change in self.client.watch(
                    resource, "default", since=listed.version, fields=f"metadata.name={name}"
                ):
                    if change.type in ("ADDED", "MODIFIED") and test(change.object):
                        return change.object
                    seen = change.object if change.type != "BOOKMARK" else seen
        except TimeoutError:
            raise AssertionError(f"{name} did not get there: {json.dumps(seen.get('status'), indent=1)}") from None
        raise AssertionError("the watch ended")

    async def pod(self, name: str, test: Callable[[dict], bool], seconds: float = DEADLINE) -> dict:
        return await self.until("pods", name, test, seconds)

    async def ready(self, name: str) -> dict:
        return await self.pod(name, lambda pod: condition(pod, "Ready") == "True")

    async def delete(self, name: str, **options: object) -> None:
        """Delete a Pod and wait until its object is gone."""
        async with asyncio.timeout(DEADLINE):
            listed = await self.client.list("pods", "default")
            await self.client.delete("pods", name, "default", **options)
            async for change in self.client.watch("pods", "default", since=listed.version):
                if change.type == "DELETED" and change.object["metadata"]["name"] == name:
                    return

    async def events(self, name: str) -> list[tuple[str, str, str]]:
        """(type, reason, message) of everything reported about an object."""
        await self.agent.recorder.flush()
        found = (await self.client.list("events", "default")).items
        return [(e["type"], e["reason"], e["message"]) for e in found if e["involvedObject"]["name"] == name]

    async def logs(self, name: str, container: str = "app", **options: object) -> str:
        from loopkube.shared.links import LogOptions

        pod = await self.client.get("pods", name, "default")
        pieces = [piece async for piece in self.agent.logs(pod, container, LogOptions(**options))]
        return b"".join(pieces).decode()

    async def output(self, name: str, command: list[str], stdin: bytes | None = None) -> tuple[int, bytes, bytes]:
        """(exit code, stdout, stderr) of a command run inside container `app`."""
        pod = await self.client.get("pods", name, "default")
        session = await self.agent.exec(pod, "app", command, stdin=stdin is not None, tty=False)
        if stdin is not None:
            await session.write(stdin)
            await session.close_stdin()
        streams = {1: b"", 2: b""}
        async for number, data in session.output():
            streams[number] += data
        return await session.wait(), streams[1], streams[2]


def condition(pod: dict, type: str) -> str:
    """The status of a condition, or ``."""
    return next((c["status"] for c in pod.get("status", {}).get("conditions", []) if c["type"] == type), "")


def state(pod: dict, index: int = 0) -> dict:
    """The state of a container."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    return statuses[index].get("state", {})


def waiting(pod: dict) -> str:
    return state(pod).get("waiting", {}).get("reason", "")


def ended(pod: dict) -> bool:
    return "terminated" in state(pod)


def program(name: str) -> list[str]:
    """The command line of one of the badly behaved programs."""
    return ["python", str(PROGRAMS / f"{name}.py")]


@asynccontextmanager
async def node(
    place: Path, ports: list[PortMapping] | None = None, dns: bool = False, isolated: bool = False
) -> AsyncIterator[Node]:
    """A running node in a block of addresses of its own; nothing of it runs afterwards. With `dns` its Pods ask DNS."""
    before = addresses._first
    _, claim = addresses.claim_block(7)
    credentials = Credentials.load_or_make(place / "credentials")
    api = Api(Store(None), Kinds(), Clock(), credentials=credentials)
    client = InProcessClient(api, "kubelet")
    for name in ("default", "kube-node-lease"):
        await client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    metadata = {"name": "default", "namespace": "default"}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    await client.create("serviceaccounts", account, "default")
    informers = Informers(client, Clock())
    found = Node(place, api, client, informers, ports or [], str(addresses.services()[10]) if dns else "", isolated)
    await found.config_map("kube-root-ca.crt", {"ca.crt": credentials.ca})
    await found.agent.start()
    try:
        yield found
    finally:
        await found.agent.stop()
        await informers.stop()
        claim.close()
        addresses._first = before
        await settle()  # tasks that were ended take a moment to be so
        left = [repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == [], left
        assert list((place / "processes").glob("*")) == []


def reasons(events: list[tuple[str, str, str]]) -> list[str]:
    return [reason for _, reason, _ in events]
