"""The address plan: kind's own, with the first octet moved to loopback.

| what     | kind         | here         |
|----------|--------------|--------------|
| nodes    | 172.18.0.N   | 127.18.0.N   | N from 2, in the order of the cluster file
| Pods     | 10.244.N.M   | 127.244.N.M  | N is the node, M from 2; .1 is the node itself as its Pods see it
| Services | 10.96.X.Y    | 127.96.X.Y   | .0.1 is the API's own Service

Loopback is one network for all clusters of a machine, so each cluster has a block of 16 nodes of its own: block 0 is
the plan above, block B begins at node 127.18.0.(16*B+2), Pods 127.244.(16*B).2 and Services 127.(96+B).0.1. A block is
claimed by binding its first address, which the system releases when the cluster's process dies.

A cluster with a network of its own (node/network) has kind's addresses as they are, whatever other clusters there are.
"""

import socket
from ipaddress import IPv4Address, IPv4Network

NODES = IPv4Network("127.18.0.0/16")
PODS = IPv4Network("127.244.0.0/16")
BLOCKS, NODES_OF_BLOCK = 15, 16
SERVICES = tuple(IPv4Network(f"127.{96 + block}.0.0/16") for block in range(BLOCKS))
OWN_NODES, OWN_PODS, OWN_SERVICES = (IPv4Network(f"{range}/16") for range in ("172.18.0.0", "10.244.0.0", "10.96.0.0"))
"""In a network of the cluster's own."""
KUBERNETES_SERVICES = tuple(str(network.network_address + 1) for network in (*SERVICES, OWN_SERVICES))
CLAIM_PORT = 10250  # the kubelet's, so that the claim is easy to recognise in a list of sockets

_first = 0
"""Number of the first node of this process's block."""
_own = False


def in_own_network() -> None:
    """From here on the addresses are those of a network of the cluster's own."""
    global _own
    _own = True


def claim_block(preferred: int = 0) -> tuple[int, socket.socket]:
    """Take the preferred block, or the first free one; it is held until the returned socket is closed.

    Raises OSError when all blocks are taken or when loopback addresses cannot be used (macOS).
    """
    global _first
    error: OSError | None = None
    for block in (preferred, *range(BLOCKS)) if not _own else (0,):
        claim = socket.socket()
        try:
            claim.bind((str(_nodes().network_address + NODES_OF_BLOCK * block + 1), CLAIM_PORT))
        except OSError as found:
            claim.close()
            error = found
            continue
        _first = NODES_OF_BLOCK * block
        return block, claim
    raise error or OSError("no block")


def _nodes() -> IPv4Network:
    return OWN_NODES if _own else NODES


def _pods() -> IPv4Network:
    return OWN_PODS if _own else PODS


def services() -> IPv4Network:
    """The Service CIDR."""
    return OWN_SERVICES if _own else SERVICES[_first // NODES_OF_BLOCK]


def kubernetes_service() -> str:
    """The address of the API's own Service."""
    return str(services().network_address + 1)


def own() -> tuple[IPv4Network, IPv4Network]:
    """The addresses that nodes and Pods of this process's block have."""
    return (
        IPv4Network((_nodes().network_address + _first, 28)),
        IPv4Network((_pods().network_address + 256 * _first, 20)),
    )


def is_own(address: str) -> bool:
    """Whether an address belongs to the network that the cluster is in: its own, or loopback."""
    try:
        given = IPv4Address(address)
    except ValueError:
        return False
    networks = (OWN_NODES, OWN_PODS, OWN_SERVICES)
    return any(given in network for network in networks) if _own else given.is_loopback


def node_address(index: int) -> str:
    """The address of the node at `index` (0 is the first) of the cluster file."""
    return str(_nodes().network_address + 2 + _first + index)


def pod_range(index: int) -> str:
    """The Pod CIDR of a node."""
    return f"{_pods().network_address + 256 * (_first + index)}/24"


def gateway(index: int) -> str:
    """A node as its Pods see it: where probes come from."""
    return str(_pods().network_address + 256 * (_first + index) + 1)


class PodAddresses:
    """Hands out the Pod addresses of one node, each as late as possible after it was given back."""

    def __init__(self, index: int) -> None:
        self._network = IPv4Network(pod_range(index))
        self._last = 1
        self._used: set[str] = set()

    def take(self) -> str | None:
        """The next free address after the last one given, or None when all 253 are used."""
        for _ in range(253):
            self._last = self._last + 1 if self._last < 254 else 2
            address = str(IPv4Address(int(self._network.network_address) + self._last))
            if address not in self._used:
                self._used.add(address)
                return address
        return None

    def give_back(self, address: str) -> None:
        """Only when no process holds it any more. Harmless for one that was not taken."""
        self._used.discard(address)
