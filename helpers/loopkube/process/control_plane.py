"""What runs on a control-plane node: the API server, the controllers, the scheduler.

It stops and starts as a whole when its node does. Kubelets then go on: what they write meanwhile is in the store,
and can be seen when the API is back.
"""

from loopkube import controllers
from loopkube.api.credentials import Credentials
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.verbs import Api
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared.clock import Clock
from loopkube.shared.cluster_file import Settings


class ControlPlane:
    """Made around a server that runs already; `start` and `stop` are for all three, stopping twice is harmless."""

    def __init__(self, api: Api, server: Server, credentials: Credentials, clock: Clock, settings: Settings) -> None:
        self.server = server
        self._api, self._credentials, self._clock, self._settings = api, credentials, clock, settings
        self._informers: Informers | None = None
        self._controllers: list[Controller] = []
        self._scheduler: Scheduler | None = None
        self.running = True

    async def start(self) -> None:
        """Come back: the server at the port that it had."""
        await self.server.start()
        self.running = True
        await self.run_controllers()
        await self.run_scheduler()

    async def run_controllers(self) -> None:
        """Made anew at every start: what they had planned for later went with their process."""
        self._informers = Informers(InProcessClient(self._api, "loopkube"), self._clock)
        self._controllers = controllers.make_all(
            InProcessClient(self._api, "kube-controller-manager"),
            self._informers,
            self._clock,
            kinds=self._api.kinds,
            ca=self._credentials.ca,
            sign=self._credentials.sign,
            node_grace=self._settings.node_grace,
        )
        for controller in self._controllers:
            await controller.start()

    async def run_scheduler(self) -> None:
        """After the controllers, whose informers it shares."""
        assert self._informers is not None
        self._scheduler = Scheduler(InProcessClient(self._api, "kube-scheduler"), self._informers, self._clock)
        await self._scheduler.start()

    async def stop(self) -> None:
        """The scheduler before the controllers, these in the reverse order of their start, and informers last."""
        self.running = False
        if self._scheduler:
            await self._scheduler.stop()
        for controller in reversed(self._controllers):
            await controller.stop()
        if self._informers:
            await self._informers.stop()
        self._scheduler, self._controllers, self._informers = None, [], None
        await self.server.stop()
