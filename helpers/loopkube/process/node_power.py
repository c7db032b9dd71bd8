"""The nodes as machines: which are on, and what goes with one that loses its power or gets it back.

As on kind, a cluster starts with all of its nodes on, whatever was off when it stopped; and when its last
control-plane node goes off, the API goes with it, while the Pods of the other nodes run on.
"""

import asyncio
from collections.abc import Awaitable, Callable

from loopkube.node.agent import NodeAgent
from loopkube.process.control_plane import ControlPlane
from loopkube.process.control_socket import UnknownNode
from loopkube.shared.cluster_file import CONTROL_PLANE

RUNNING, STOPPED = "running", "stopped"
Told = Callable[[list[str]], Awaitable[None]]
"""Is told the names of the nodes that are off, before their processes end."""


class Machines:
    """`stop` and `start` of one node at a time."""

    def __init__(self, agents: dict[str, NodeAgent], control_plane: ControlPlane, told: Told) -> None:
        self._agents, self._control_plane, self._told = agents, control_plane, told
        self._turn = asyncio.Lock()

    def states(self) -> dict[str, str]:
        """{name: running or stopped}, in the order of the cluster file."""
        return {name: RUNNING if agent.running else STOPPED for name, agent in self._agents.items()}

    async def stop(self, name: str) -> bool:
        """Stop the node without warning: its processes end and nobody reports it. False if it was off already."""
        async with self._turn:
            agent = self._agent(name)
            if not agent.running:
                return False
            off = [other for other, state in self.states().items() if state == STOPPED]
            # before its processes end: its node ports close with the machine, not one by one
            await self._told([*off, name])
            await agent.stop()
            if not self._has_brain():
                await self._control_plane.stop()
            return True

    async def start(self, name: str) -> bool:
        """The node gets its power back: it is Ready, and its Pods begin again. False if it was on already."""
        async with self._turn:
            agent = self._agent(name)
            if agent.running:
                return False
            if agent.config.role == CONTROL_PLANE and not self._control_plane.running:
                await self._control_plane.start()
            await agent.start()
            # only now: until the node is Ready nothing may be sent to it
            await self._told([other for other, state in self.states().items() if state == STOPPED])
            return True

    def _agent(self, name: str) -> NodeAgent:
        if name not in self._agents:
            raise UnknownNode(f"no node {name}; the nodes are {', '.join(self._agents)}")
        return self._agents[name]

    def _has_brain(self) -> bool:
        return any(agent.running and agent.config.role == CONTROL_PLANE for agent in self._agents.values())
