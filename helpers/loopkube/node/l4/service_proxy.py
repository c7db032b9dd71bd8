"""The Services of a cluster on this machine's addresses: which listeners there are, and where each leads."""

import asyncio
import errno
import logging
import random

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.client.informer import Informer, Key, key_of
from loopkube.node.l4 import relay
from loopkube.node.l4.datagrams import DatagramFront, receive_on
from loopkube.node.l4.relay import Address
from loopkube.node.l4.rules import Frontend, Rule, rules
from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended
from loopkube.shared.labels import service_of

log = logging.getLogger("loopkube.node.l4.proxy")
AGAIN_SECONDS = 5.0
"""Until an address that could not be listened on (another program has it) is tried again."""


class Listener:
    """One port of a Service at one address: accepts connections, or datagrams, and chooses where each goes."""

    def __init__(self, rule: Rule, clock: Clock) -> None:
        self.rule, self._clock = rule, clock
        self._stuck: dict[str, tuple[Address, float]] = {}
        self._server: relay.Front | DatagramFront | None = None

    async def open(self, frontend: Frontend) -> None:
        """Raises OSError."""
        address, port, protocol = frontend
        if protocol == "UDP":
            self._server = DatagramFront(receive_on(address, port), self.choose, lambda pod: pod in self.rule.endpoints)
        else:
            self._server = await relay.serve(relay.listen(address, port), self.choose)

    def close(self) -> None:
        """Accept no more; connections that are open stay open, as with kube-proxy."""
        if self._server:
            self._server.close()

    def choose(self, client: Address) -> Address | None:
        """A Pod for a new connection: any, or with ClientIP affinity the one this client had before."""
        if not self.rule.endpoints:
            return None
        if not self.rule.affinity_seconds:
            return random.choice(self.rule.endpoints)
        now = self._clock.monotonic()
        known, until = self._stuck.get(client[0], (None, 0.0))
        if known not in self.rule.endpoints or now >= until:
            # its Pod is gone, or the client stayed away for longer
            known = random.choice(self.rule.endpoints)
        self._stuck[client[0]] = (known, now + self.rule.affinity_seconds)
        return known


class ServiceProxy:
    """Follows Services, EndpointSlices and Nodes, and opens and closes listeners as they change."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._clock = clock
        self._services = Informer(client, "services", clock=clock)
        self._slices = Informer(client, "endpointslices.discovery.k8s.io", clock=clock)
        self._nodes = Informer(client, "nodes", clock=clock)
        self._recorder = Recorder(client, clock, "service-proxy")
        self._by_service = self._slices.index("service", lambda obj: [service_of(obj)])
        self.listeners: dict[Frontend, Listener] = {}
        self._owned: dict[Key, dict[Frontend, Rule]] = {}
        self._refused: dict[Key, dict[Frontend, str]] = {}
        self._again: dict[Key, asyncio.TimerHandle] = {}
        self._known_nodes: dict[str, str] = {}
        self._off: frozenset[str] = frozenset()
        self._changed: set[Key] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task | None = None

    async def start(self) -> None:
        """Begins to follow; returns before everything is known (`ready`)."""
        self._services.on_change(lambda type, obj, old: self._mark(key_of(obj)))
        self._slices.on_change(lambda type, obj, old: self._mark(service_of(obj)))
        self._nodes.on_change(self._on_node)
        for informer in (self._nodes, self._slices, self._services):
            await informer.start()
        self._task = asyncio.create_task(self._follow(), name="service proxy")

    async def ready(self) -> None:
        """Nodes, slices and Services have been listed once, so that the first rules are whole."""
        for informer in (self._nodes, self._slices, self._services):
            await informer.synced()

    async def stop(self) -> None:
        """Ends following, then listening. Connections under way belong to the copiers."""
        task, self._task = self._task, None
        await ended(task)
        for informer in (self._nodes, self._slices, self._services):
            await informer.stop()
        for timer in self._again.values():
            timer.cancel()
        for listener in self.listeners.values():
            listener.close()
        self.listeners.clear()

    def without(self, nodes: list[str]) -> None:
        """These nodes are off, and no others."""
        self._off = frozenset(nodes)
        self._nodes_changed()

    def _on_node(self, type: str, obj: dict, old: dict | None) -> None:
        self._nodes_changed()

    def _nodes_changed(self) -> None:
        now = self._node_addresses()
        if now != self._known_nodes:  # and not at every heartbeat
            self._known_nodes = now
            self._mark(*self._services.items)

    def _mark(self, *services: Key) -> None:
        self._changed.update(services)
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            # taken first: a change during the work below is worked on in the next round
            changed, self._changed = self._changed, set()
            for key in changed:
                await self._sync(key)

    async def _sync(self, key: Key) -> None:
        """Make the listeners of one Service what they should be."""
        service = self._services.get(*key)
        desired = rules(service, self._by_service.of(key), self._known_nodes) if service else {}
        for frontend in self._owned.get(key, {}).keys() - desired.keys():
            self.listeners.pop(frontend).close()
        before, refused = self._refused.pop(key, {}), {}
        for frontend, rule in list(desired.items()):
            if frontend in self.listeners:
                self.listeners[frontend].rule = rule
            elif service and (why := await self._open(frontend, rule)):
                del desired[frontend]
                refused[frontend] = why
                if why != before.get(frontend):
                    await self._report(service, rule, f"cannot listen on {frontend[0]}:{frontend[1]}: {why}")
        self._owned[key] = desired
        if not desired:
            del self._owned[key]
        if refused:
            self._refused[key] = refused
            self._try_again(key)

    async def _open(self, frontend: Frontend, rule: Rule) -> str:
        """Listen; returns why that cannot be, or ``."""
        listener = Listener(rule, self._clock)
        try:
            await listener.open(frontend)
        except OSError as error:
            more = {
                errno.EACCES: f"this user may not: sudo sysctl net.ipv4.ip_unprivileged_port_start={frontend[1]}",
                errno.EADDRINUSE: "another program has it",
            }.get(error.errno or 0, "")
            return f"{error.strerror}{more and f' ({more})'}"
        self.listeners[frontend] = listener
        return ""

    async def _report(self, service: dict, rule: Rule, message: str) -> None:
        """Said once: it is tried again without a word until it is another one."""
        log.warning("%s: %s", rule.service, message)
        await self._recorder.event(
            {"apiVersion": "v1", "kind": "Service"} | service, "Warning", "NotListening", message
        )

    def _try_again(self, key: Key) -> None:
        if key in self._again:
            self._again[key].cancel()
        self._again[key] = asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._mark, key)

    def _node_addresses(self) -> dict[str, str]:
        """{name: address} of the nodes that are up."""
        addresses = {}
        for node in self._nodes.items.values():
            status = node.get("status") or {}
            ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or [])
            up = ready and node["metadata"]["name"] not in self._off
            for address in status.get("addresses") or [] if up else []:
                if address["type"] == "InternalIP":
                    addresses[node["metadata"]["name"]] = address["address"]
        return addresses
