"""Watches on the kinds that a change runs through, open before it; each event with the time at which it was heard."""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labcore.errors import LabError, UnknownName
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.kube.patience import patient

KINDS = ("deployments", "daemonsets", "replicasets", "pods", "services", "endpointslices", "ingresses")
_WINDOW = 3.0
"""Seconds of one request: a watch ends at most so long after nobody needs it any more."""
_LISTED = 2.0
"""Seconds to wait for the lists; a kind that may not be listed has no lane."""


@dataclass(frozen=True)
class Seen:
    """An object as it was heard of: created (no `before`), changed, or deleted (`gone`); `at` in seconds."""

    at: float
    kind: str
    obj: dict
    before: dict | None = None
    gone: bool = False

    @property
    def name(self) -> str:
        return self.obj["metadata"]["name"]

    @property
    def version(self) -> int:
        """Its place in the order of all writes of the cluster."""
        version = self.obj["metadata"].get("resourceVersion", "")
        return int(version) if version.isdigit() else 0


def in_order(seen: Iterable[Seen]) -> list[Seen]:
    """In the order of their writes, each at the earliest time by which it must have happened.

    Each watch is heard by a thread of its own, at its own pace: what was written before something that has been heard
    of had happened by then.
    """
    ordered, latest = [], float("inf")
    for one in sorted(seen, key=lambda one: one.version, reverse=True):
        latest = min(latest, one.at)
        ordered.append(replace(one, at=latest))
    return ordered[::-1]


class Watching:
    """Everything that happens to these kinds in a namespace, from `start` to `stop`."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self._namespace = api, namespace
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self.seen: list[Seen] = []
        self.objects: dict[tuple[str, str], dict] = {}

    def start(self) -> None:
        """Returns when each kind was listed, by a thread that goes on with a watch over the same connection."""
        resources = list(self._resources())
        listed = threading.Barrier(len(resources) + 1)
        for resource in resources:
            threading.Thread(target=self._follow, args=(resource, listed), daemon=True).start()
        with contextlib.suppress(threading.BrokenBarrierError):
            listed.wait(patient(_LISTED))

    def stop(self) -> None:
        self._ended.set()

    def of(self, kind: str) -> list[dict]:
        """The objects of a kind as they are now."""
        with self._lock:
            return [obj for (one, _), obj in self.objects.items() if one == kind]

    def ever(self, kind: str) -> list[dict]:
        """Those that are there, and those that have gone meanwhile."""
        with self._lock:
            found = {one.name: one.obj for one in self.seen if one.kind == kind and one.gone}
        return [*found.values(), *(obj for obj in self.of(kind) if obj["metadata"]["name"] not in found)]

    def _resources(self) -> Iterator[Resource]:
        for name in KINDS:
            with contextlib.suppress(UnknownName):
                yield self._api.resources().named(name)

    def _follow(self, resource: Resource, listed: threading.Barrier) -> None:
        """Again and again; what the API refuses ends its lane, and no notebook."""
        with contextlib.suppress(LabError, threading.BrokenBarrierError):
            since = self._list(resource)
            listed.wait()
            while not self._ended.is_set():
                for event in self._api.watch(resource, self._namespace, since=since, seconds=_WINDOW):
                    if event["type"] == "ERROR":
                        return
                    since = event["object"]["metadata"].get("resourceVersion", since)
                    if not self._ended.is_set():
                        self._note(time.time(), resource.kind, event)

    def _list(self, resource: Resource) -> str:
        found = self._api.list(resource, self._namespace)
        with self._lock:
            for obj in found["items"]:
                self.objects[resource.kind, obj["metadata"]["name"]] = obj
        return found["metadata"]["resourceVersion"]

    def _note(self, at: float, kind: str, event: dict) -> None:
        if event["type"] not in ("ADDED", "MODIFIED", "DELETED"):
            return
        obj, gone = event["object"], event["type"] == "DELETED"
        key = kind, obj["metadata"]["name"]
        with self._lock:
            before = self.objects.pop(key, None)
            if not gone:
                self.objects[key] = obj
            self.seen.append(Seen(at, kind, obj, before, gone))
