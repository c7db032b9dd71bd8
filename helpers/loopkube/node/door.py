"""A port of this machine that leads into a node (`extraPortMappings`)."""

import socket

from loopkube.node.l4 import relay
from loopkube.node.network import outside
from loopkube.shared.cluster_file import PortMapping


class Door:
    """A port of this machine that leads into the node."""

    def __init__(self, mapping: PortMapping, node_ip: str) -> None:
        self.mapping, self._node_ip = mapping, node_ip
        self.socket: socket.socket | None = None
        self.target: relay.Address | None = None
        self.reserved = False
        """A Pod has it that will borrow it: while its program does not run, nobody answers."""
        self._server: relay.Front | None = None

    @property
    def address(self) -> relay.Address:
        return self.mapping.listen_address, self.mapping.host_port

    async def open(self) -> None:
        """Listen and forward. Raises OSError."""
        if self.socket is None:
            self.socket = relay.listen(*self.address, made=outside.stream())
        if self._server is None:
            # a copy: when the server closes, the port stays this door's
            self._server = await relay.serve(self.socket.dup(), self._choose)

    def lend(self) -> socket.socket | None:
        """Stop accepting, so that the borrower is the only one to do so."""
        if self._server:
            self._server.close()
            self._server = None
        return self.socket

    async def close(self) -> None:
        """Ends what was lent as well; the port is free for others afterwards."""
        self.lend()
        if self.socket:
            self.socket.close()
            self.socket = None

    def _choose(self, client: relay.Address) -> relay.Address | None:
        return None if self.reserved else self.target or (self._node_ip, self.mapping.container_port)
