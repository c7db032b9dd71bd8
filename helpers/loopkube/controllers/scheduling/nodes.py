"""What stands on each node: its Pods, the resources they request and the host ports they hold."""

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_CEILING

from loopkube.client.informer import Key, key_of
from loopkube.shared.quantity import parse

Amounts = dict[str, int]
"""Resources in whole units: cpu in thousandths, memory and storage in bytes."""
HostPort = tuple[str, str, int]
"""(address, protocol, port)."""


def amount(resource: str, quantity: str | int | float) -> int:
    """A quantity in the scheduler's unit: thousandths for cpu, else whole ones; rounded up."""
    value = parse(str(quantity)) * (1000 if resource == "cpu" else 1)
    return int(value.to_integral_value(rounding=ROUND_CEILING))


def amounts(quantities: dict | None) -> Counter:
    """{resource: amount} in the scheduler's units: thousandths for cpu, else whole ones."""
    return Counter({name: amount(name, value) for name, value in (quantities or {}).items()})


def requested(pod: dict) -> Counter:
    """What the Pod asks for: its containers together, or the largest step of its start, whichever is more."""
    spec = pod["spec"]
    total = sum((amounts((c.get("resources") or {}).get("requests")) for c in spec["containers"]), Counter())
    steps: Counter = Counter()
    beside: Counter = Counter()
    for container in spec.get("initContainers") or ():
        asked = amounts((container.get("resources") or {}).get("requests"))
        if container.get("restartPolicy") == "Always":
            beside += asked
            asked = Counter()
        steps |= asked + beside
    whole = amounts((spec.get("resources") or {}).get("requests"))
    return Counter(((total + beside) | steps) | whole) + amounts(spec.get("overhead"))


def host_ports(pod: dict) -> list[HostPort]:
    """(address, protocol, port) of each hostPort; 0.0.0.0 stands for every address."""
    containers = [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())]
    ports = [port for container in containers for port in container.get("ports") or () if port.get("hostPort")]
    return [(p.get("hostIP") or "0.0.0.0", p.get("protocol", "TCP"), p["hostPort"]) for p in ports]  # noqa: S104


class NodeState:
    """One node (empty while it is not there) and its Pods; sums are kept, not counted anew for every Pod."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.node: dict = {}
        self.allocatable: Amounts = {}
        self.pods: dict[Key, dict] = {}
        self.requested: Counter = Counter()
        self.ports: Counter[HostPort] = Counter()

    def set_node(self, node: dict | None) -> None:
        self.node = node or {}
        status = self.node.get("status", {})
        self.allocatable = amounts(status.get("allocatable") or status.get("capacity"))

    def put(self, pod: dict) -> None:
        """Counts a Pod in; one that is known is counted anew when its spec has changed."""
        key = key_of(pod)
        known = self.pods.get(key)
        if known and known["spec"] == pod["spec"]:
            self.pods[key] = pod
            return
        self.take(key)
        self.pods[key] = pod
        self.requested += requested(pod)
        self.ports.update(host_ports(pod))

    def take(self, key: Key) -> None:
        """Counts a Pod out. Harmless for one that is not there."""
        pod = self.pods.pop(key, None)
        if pod:
            self.requested -= requested(pod)
            self.ports -= Counter(host_ports(pod))

    def port_taken(self, host_port: HostPort) -> bool:
        """Whether a Pod here holds the port, on this address or on all of them."""
        address, protocol, port = host_port
        everywhere = "0.0.0.0"  # noqa: S104
        held = [a for a, other_protocol, other in self.ports if (other_protocol, other) == (protocol, port)]
        return any(everywhere in (address, a) or a == address for a in held)


class Nodes:
    """All nodes by name. A Pod may come before its node does, so a state can be without its node."""

    def __init__(self) -> None:
        self._states: dict[str, NodeState] = {}
        self._where: dict[Key, str] = {}

    def set_node(self, name: str, node: dict | None) -> None:
        self._state(name).set_node(node)
        self._drop_if_empty(name)

    def put(self, pod: dict, name: str) -> None:
        """Counts the Pod on that node (and nowhere else)."""
        key = key_of(pod)
        if self._where.get(key) != name:
            self.take(key)
        self._where[key] = name
        self._state(name).put(pod)

    def take(self, key: Key) -> bool:
        """The Pod counts no more; False when it did not before."""
        name = self._where.pop(key, None)
        if name is None:
            return False
        self._states[name].take(key)
        self._drop_if_empty(name)
        return True

    def pods(self) -> Iterable[tuple[NodeState, dict]]:
        """Every Pod with the state of its node."""
        return ((state, pod) for state in self.present() for pod in state.pods.values())

    def present(self) -> list[NodeState]:
        """The nodes there are, by name."""
        return sorted((s for s in self._states.values() if s.node), key=lambda s: s.name)

    def _state(self, name: str) -> NodeState:
        return self._states.setdefault(name, NodeState(name))

    def _drop_if_empty(self, name: str) -> None:
        state = self._states[name]
        if not state.node and not state.pods:
            del self._states[name]
