"""Host ports of one node: what 127.0.0.1 serves (`extraPortMappings`) and the Pods behind it (`hostPort`).

A `Door` is one mapping. A program that takes sockets (Traefik) is lent the door's own socket, so that nothing
stands between client and program; behind every other Pod with that hostPort, and while nobody has one, the
door forwards: to the Pod, or to the node's own port (a NodePort), or it resets, as kind does.
"""

import contextlib
import errno
import logging
import socket

from loopkube.node.door import Door
from loopkube.node.l4 import relay
from loopkube.shared.cluster_file import PortMapping

log = logging.getLogger(__name__)


class PortConflict(Exception):
    """A host port that a Pod asks for is taken; the message says by whom."""


class NodePorts:
    """The doors of one node and the host ports of its Pods."""

    def __init__(self, mappings: list[PortMapping], node_ip: str) -> None:
        self._node_ip = node_ip
        self._doors = {m.container_port: Door(m, node_ip) for m in mappings if m.protocol == "TCP"}
        self._claims: dict[int, str] = {}
        self._servers: dict[str, list[relay.Front]] = {}
        self._lent: dict[tuple[str, str], list[Door | socket.socket]] = {}

    async def start(self) -> None:
        """Opens what can be opened; a port that somebody else holds is told when a Pod claims it."""
        for door in self._doors.values():
            with contextlib.suppress(OSError):  # told to the Pod that wants it
                await door.open()

    async def stop(self) -> None:
        """Releases the Pods' ports first, then closes the doors. Harmless when called twice."""
        for uid in list(self._servers):
            await self.release(uid)
        for door in self._doors.values():
            await door.close()

    async def claim(self, pod: dict, address: str, takes_sockets: bool) -> None:
        """Lead the Pod's host ports to it. Raises PortConflict."""
        uid = pod["metadata"]["uid"]
        host_ports = [p for p in _ports(pod) if p.get("hostPort") and p.get("protocol", "TCP") == "TCP"]
        # all are checked before one is led: a Pod gets all of its ports or none
        for port in host_ports:
            await self._check(port["hostPort"], uid)
        for port in host_ports:
            await self._lead(uid, port, address, takes_sockets)

    async def release(self, uid: str) -> None:
        """The Pod is gone."""
        for server in self._servers.pop(uid, []):
            server.close()
        for port in [p for p, owner in self._claims.items() if owner == uid]:
            del self._claims[port]
            if port in self._doors:
                self._doors[port].target, self._doors[port].reserved = None, False

    def lend(self, pod: dict, container: dict, address: str) -> list[tuple[str, socket.socket]]:
        """(port name, listening socket) for the named ports of a container that takes sockets."""
        lent: list[Door | socket.socket] = []
        sockets = []
        for port in container.get("ports") or []:
            if not port.get("name") or port.get("protocol", "TCP") != "TCP":
                continue
            door = self._doors.get(port.get("hostPort", 0))
            sock = door.lend() if door else _own_socket(address, port["containerPort"])
            if sock is not None:
                sockets.append((port["name"], sock))
                lent.append(door or sock)
        self._lent[pod["metadata"]["uid"], container["name"]] = lent
        return sockets

    async def take_back(self, pod: dict, container: dict) -> None:
        """The borrower has ended."""
        for item in self._lent.pop((pod["metadata"]["uid"], container["name"]), []):
            if isinstance(item, Door):
                with contextlib.suppress(OSError):
                    await item.open()
            else:
                item.close()

    async def _check(self, port: int, uid: str) -> None:
        owner = self._claims.get(port, uid)
        if owner != uid:
            raise PortConflict(f"host port {port} of this node is taken by another Pod ({owner})")
        door = self._doors.get(port)
        if door and door.socket is None:
            try:
                await door.open()
            except OSError as error:
                raise PortConflict(_taken(door.address, error)) from error

    async def _lead(self, uid: str, port: dict, address: str, takes_sockets: bool) -> None:
        number, target = port["hostPort"], (address, port["containerPort"])
        door = self._doors.get(number)
        self._claims[number] = uid
        places = {(self._node_ip, number)}
        if door and takes_sockets and port.get("name"):
            # The program will listen on the door only: its Pod address leads there.
            places.add(target)
            target, door.reserved = door.address, True
        elif door:
            door.target = target
        for listener in places - {target}:
            try:
                server = await relay.serve(relay.listen(*listener), _always(target))
            except OSError as error:
                log.info("nothing leads from %s:%d to %s:%d: %s", *listener, *target, error.strerror)
            else:
                self._servers.setdefault(uid, []).append(server)


def _always(target: relay.Address) -> relay.Choose:
    return lambda client: target


def _ports(pod: dict) -> list[dict]:
    containers = [*(pod["spec"].get("initContainers") or []), *pod["spec"]["containers"]]
    return [port for container in containers for port in container.get("ports") or []]


def _own_socket(address: str, port: int) -> socket.socket | None:
    """A socket on the Pod's address, or None: then the program must bind for itself."""
    try:
        return relay.listen(address, port)
    except OSError as error:
        log.info("no socket for %s:%d: %s", address, port, error.strerror)
        return None


def _taken(address: relay.Address, error: OSError) -> str:
    """Who has a port, in words."""
    if error.errno != errno.EADDRINUSE:
        return f"cannot listen on {address[0]}:{address[1]}: {error.strerror}"
    who = _listener(address[1])
    return f"{address[0]}:{address[1]} is taken{f' by {who}' if who else ''}: end that program, or map another hostPort"


def _listener(port: int) -> str:
    """`name (process N)` of whoever listens on a port, as far as the system tells."""
    import psutil

    try:
        for connection in psutil.net_connections("tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.pid
                and connection.laddr
                and connection.laddr.port == port
            ):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
