"""Makes the networks of Pods: `python -P -m loopkube.node.network.links CHANNEL`, what a CNI plugin is to a kubelet.

Each Pod has a network namespace with `lo` and `eth0`. The other end of `eth0` is in the bridge of the Pod's node, which
has the first address of the node's range: the Pods' way to everything else. A process of its own, as the library
takes a quarter of a second to load, which the rest of a start need not wait for.
"""

import json
import os
import socket
import sys
from ipaddress import IPv4Address
from pathlib import Path

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from loopkube.node.isolation import kernel
from loopkube.node.network.pods import LARGEST

_LOCAL_TABLE, _THIS_HOST, _LO = 255, 254, 1  # linux/rtnetlink.h


class Links:
    """`local`, then `add` for each Pod. Raises OSError and NetlinkError."""

    def __init__(self) -> None:
        self._route = IPRoute()
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self._bridges: dict[str, int] = {}

    def local(self, networks: list[str]) -> None:
        """All addresses of these networks, nodes' and Services', are the cluster's own: they may be listened on."""
        for network in networks:
            self._route.route("replace", dst=network, oif=_LO, type="local", table=_LOCAL_TABLE, scope=_THIS_HOST)

    def add(self, address: str, gateway: str) -> int:
        """A descriptor of a new network with this address; `gateway` is the node's, whose bridge it is joined to."""
        bridge = self._bridge(gateway)
        kernel.unshare(kernel.NEW_NETWORK)
        try:
            made = os.open("/proc/self/ns/net", os.O_RDONLY)
            Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")  # as containerd does it
            inner = IPRoute()
        finally:
            kernel.join(self._home, kernel.NEW_NETWORK)
        peer = {"ifname": "eth0", "net_ns_fd": made, "address": _hardware(address)}
        self._route.link("add", ifname=f"veth{os.urandom(4).hex()}", kind="veth", master=bridge, state="up", peer=peer)
        with inner:
            card = inner.link_lookup(ifname="eth0")[0]
            inner.link("set", index=_LO, state="up")
            inner.addr("add", index=card, address=address, prefixlen=24)
            inner.link("set", index=card, state="up")
            inner.route("add", dst="default", gateway=gateway)
        return made

    def _bridge(self, gateway: str) -> int:
        if gateway in self._bridges:
            return self._bridges[gateway]
        name = f"node{gateway.split('.')[2]}"
        if not self._route.link_lookup(ifname=name):
            # without one of its own it takes the lowest of its ports, and another one when that Pod goes
            self._route.link("add", ifname=name, kind="bridge", address=_hardware(gateway))
            index = self._route.link_lookup(ifname=name)[0]
            self._route.addr("add", index=index, address=gateway, prefixlen=24)
            self._route.link("set", index=index, state="up")
        self._bridges[gateway] = self._route.link_lookup(ifname=name)[0]
        return self._bridges[gateway]


def _hardware(address: str) -> str:
    """Made from the address: who gets it next is reached at once by those who know its hardware address."""
    return "0a:58:" + ":".join(f"{byte:02x}" for byte in IPv4Address(address).packed)


def main(channel: int) -> None:
    """Answers requests until the cluster's process has ended."""
    links = Links()
    with socket.socket(fileno=channel) as asking:
        while request := asking.recv(LARGEST):
            answer: dict[str, str] = {}
            descriptors: list[int] = []
            try:
                wanted = json.loads(request)
                if "local" in wanted:
                    links.local(wanted["local"])
                else:
                    descriptors.append(links.add(wanted["address"], wanted["gateway"]))
            except (OSError, NetlinkError) as error:
                answer["error"] = str(error)
            socket.send_fds(asking, [json.dumps(answer).encode()], descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


if __name__ == "__main__":
    main(int(sys.argv[1]))
