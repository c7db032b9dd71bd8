"""Events as the parts of a cluster report them (core/v1 `Event`), written in order by one task in the background.

The same event again (same object, type, reason, text) raises `count` and `lastTimestamp` of the first, as
client-go's EventCorrelator does; one object can cause 25 events at once and one every five minutes after that.
"""

import asyncio
import logging
from collections import OrderedDict

from loopkube.client.client import Client
from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)
REMEMBERED = 4096
"""Events that may be counted again, and objects that may have told too much; the oldest are forgotten."""
TRIES = 5
"""Names that are tried for one event."""
BURST, REFILL_SECONDS = 25, 300.0
"""Events of one object at once, and seconds until it may have one more (client-go's EventSourceObjectSpamFilter)."""


class Recorder:
    """Reports events of one component, e.g. `kubelet` on a host, `replicaset-controller`."""

    def __init__(self, client: Client, clock: Clock, component: str, host: str = "") -> None:
        self._client, self._clock, self._component, self._host = client, clock, component, host
        self._seen: OrderedDict[tuple, dict] = OrderedDict()
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._queue: asyncio.Queue[tuple[tuple, dict]] = asyncio.Queue()
        self._task: asyncio.Task | None = None
        self._last = 0

    async def event(
        self, obj: dict, type: str, reason: str, message: str, field_path: str = "", action: str = ""
    ) -> None:
        """Reports without waiting for the API. `action` makes it an events.k8s.io event, as the scheduler's."""
        involved = reference(obj, field_path)
        if not self._allowed(involved.get("uid", "") + involved["name"]):
            return
        event = self._event(involved, type, reason, message, action)
        key = (involved.get("uid"), involved["kind"], involved["name"], field_path, type, reason, message)
        self._queue.put_nowait((key, event))
        if self._task is None:
            self._task = asyncio.create_task(self._write_all(), name=f"events of {self._component}")

    async def flush(self) -> None:
        """Returns once everything reported so far is written."""
        await self._queue.join()

    async def stop(self) -> None:
        """Ends without writing what is still in the queue: events are news, and the API may be gone already."""
        task, self._task = self._task, None
        await ended(task)

    def _allowed(self, source: str) -> bool:
        tokens, at = self._tokens.pop(source, (float(BURST), self._clock.monotonic()))
        now = self._clock.monotonic()
        tokens = min(float(BURST), tokens + (now - at) / REFILL_SECONDS)
        # put back at the end: the first in this order is the one that was asked about longest ago
        self._tokens[source] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._tokens) > REMEMBERED:
            self._tokens.popitem(last=False)
        return tokens >= 1

    def _event(self, involved: dict, type: str, reason: str, message: str, action: str) -> dict:
        stamp = self._clock.stamp()
        # nanoseconds, and never the same twice: they end the event's name
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1e6) * 1000)
        name = f"{involved['name']}.{self._last:x}"
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": involved.get("namespace") or "default"},
            "involvedObject": involved,
            "type": type,
            "reason": reason,
            "message": message,
            "reportingComponent": self._component,
            "reportingInstance": self._host,
        }
        if action:
            instance = self._host or self._component
            return event | {
                "source": {},
                "eventTime": self._clock.micro_stamp(),
                "action": action,
                "reportingInstance": instance,
            }
        source = {"component": self._component} | ({"host": self._host} if self._host else {})
        return event | {"source": source, "firstTimestamp": stamp, "lastTimestamp": stamp, "count": 1}

    async def _write_all(self) -> None:
        while True:
            key, event = await self._queue.get()
            try:
                await self._write(key, event)
            except (ApiError, OSError, TimeoutError) as error:
                log.debug("event of %s not written: %s", event["involvedObject"]["name"], error)
            finally:
                self._queue.task_done()

    async def _write(self, key: tuple, event: dict) -> None:
        first = self._seen.get(key)
        if first is not None:
            try:
                metadata = first["metadata"]
                await self._client.patch("events", metadata["name"], _again(first, event), metadata["namespace"])
                return
            except ApiError as error:
                if error.code != 404:
                    raise
        self._seen[key] = event
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        await self._create(event)

    async def _create(self, event: dict) -> None:
        """Names end in nanoseconds; another component may have had the same thought in the same one."""
        for _ in range(TRIES):
            try:
                await self._client.create("events", event, event["metadata"]["namespace"])
                return
            except ApiError as error:
                if error.reason != "AlreadyExists":
                    raise
            name, _, nanoseconds = event["metadata"]["name"].rpartition(".")
            event["metadata"]["name"] = f"{name}.{int(nanoseconds, 16) + 1:x}"


def _again(first: dict, event: dict) -> dict:
    """The patch that counts one more `event` in `first` (and in our copy of it)."""
    if "eventTime" in first:
        count = first.get("series", {}).get("count", 1) + 1
        first["series"] = {"count": count, "lastObservedTime": event["eventTime"]}
        return {"series": first["series"]}
    first["count"] += 1
    return {"count": first["count"], "lastTimestamp": event["lastTimestamp"]}


def reference(obj: dict, field_path: str = "") -> dict:
    """The ObjectReference to `obj`, or to a part of it (`spec.containers{app}`)."""
    metadata = obj["metadata"]
    fields = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
        "fieldPath": field_path,
    }
    return {name: value for name, value in fields.items() if value}
