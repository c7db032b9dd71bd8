"""Events are kept for an hour, as kube-apiserver's --event-ttl has it; then they are removed."""

from datetime import datetime

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.shared.clock import Clock, parse
from loopkube.shared.status import ApiError

LIFETIME = 3600.0
BETWEEN_ROUNDS = 300.0
ROUND = "all namespaces"


class ExpiredEventController(Controller):
    """Its one key stands for a round through all events; no informer holds them in memory."""

    component = "event-ttl-controller"
    workers = 1

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)

    async def prepare(self) -> None:
        self.queue.add_after(ROUND, BETWEEN_ROUNDS)

    async def reconcile(self, key: str) -> None:
        """Deletes events past their hour; in etcd a lease does it, and nothing else does here."""
        now = self.clock.now()
        for event in (await self.client.list("events")).items:
            if _age(event, now) > LIFETIME:
                await self._remove(event["metadata"])
        self.queue.add_after(ROUND, BETWEEN_ROUNDS)

    async def _remove(self, metadata: dict) -> None:
        try:
            await self.client.delete("events", metadata["name"], metadata["namespace"], uid=metadata["uid"])
        except ApiError as error:
            if error.code not in (404, 409):
                raise


def _age(event: dict, now: datetime) -> float:
    """Seconds since the event was last seen."""
    last = (event.get("series") or {}).get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return (now - parse(last or event["metadata"]["creationTimestamp"])).total_seconds()
