"""List and watch: a copy of the cluster's objects that is kept up to date, a thread for each kind."""

import logging
import threading
import time
from urllib.error import HTTPError

from api import Api, Gone

log = logging.getLogger("watching")
KINDS = {
    "ingresses": "/apis/networking.k8s.io/v1/ingresses",
    "ingressclasses": "/apis/networking.k8s.io/v1/ingressclasses",
    "services": "/api/v1/services",
    "slices": "/apis/discovery.k8s.io/v1/endpointslices",
    "secrets": "/api/v1/secrets",
    "configmaps": "/api/v1/configmaps",
}
RETRY_SECONDS = 1.0


def kinds(namespace: str = "", *, by_class: bool = True) -> dict[str, str]:
    """What is watched, and where; without `by_class` no IngressClass, which has no namespace."""
    wanted = {name: path for name, path in KINDS.items() if by_class or name != "ingressclasses"}
    if not namespace:
        return wanted
    return {name: path if name == "ingressclasses" else _within(path, namespace) for name, path in wanted.items()}


def _within(path: str, namespace: str) -> str:
    group, _, plural = path.rpartition("/")
    return f"{group}/namespaces/{namespace}/{plural}"


class Watched:
    """`objects(kind)` at any time; `changed` is set when something is new, and once all kinds are listed."""

    def __init__(self, api: Api, kinds: dict[str, str] | None = None) -> None:
        self._api, self._kinds = api, kinds or KINDS
        self._objects: dict[str, dict[str, dict]] = {}
        self._lock = threading.Lock()
        self.changed = threading.Event()

    def start(self) -> None:
        for kind, path in self._kinds.items():
            threading.Thread(target=self._follow, args=(kind, path), name=kind, daemon=True).start()

    @property
    def complete(self) -> bool:
        """Whether every kind has been listed: before that, what is missing is only not known yet."""
        with self._lock:
            return self._objects.keys() == self._kinds.keys()

    def objects(self, kind: str) -> list[dict]:
        with self._lock:
            return list(self._objects.get(kind, {}).values())

    def _follow(self, kind: str, path: str) -> None:
        """For ever: list, then watch from there; list again when the watch is too old or breaks."""
        while True:
            try:
                version = self._list(kind, path)
                while True:
                    version = self._watch(kind, path, version)
            except Gone:
                log.info("%s: the watch is too old, listing again", kind)
            except (OSError, ValueError, HTTPError) as error:
                log.warning("%s: %s; trying again", kind, error)
                time.sleep(RETRY_SECONDS)

    def _list(self, kind: str, path: str) -> str:
        found, version = self._api.list(path)
        with self._lock:
            self._objects[kind] = {obj["metadata"]["uid"]: obj for obj in found}
        self.changed.set()
        return version

    def _watch(self, kind: str, path: str, version: str) -> str:
        for event, obj in self._api.watch(path, version):
            version = obj["metadata"]["resourceVersion"]
            if event == "BOOKMARK":
                continue
            with self._lock:
                known = self._objects[kind]
                before = known.get(obj["metadata"]["uid"])
                known[obj["metadata"]["uid"]] = obj  # one that was known keeps its place in the order
                if event == "DELETED":
                    del known[obj["metadata"]["uid"]]
            if event == "DELETED" or _matters(kind, before, obj):
                self.changed.set()
        return version


def _matters(kind: str, before: dict | None, after: dict) -> bool:
    """An Ingress's own status is what this controller writes: no reason to look at everything again."""
    if before is None or kind != "ingresses":
        return True
    ours = ("metadata", "spec")
    quiet = ("resourceVersion", "managedFields")
    old, new = ({k: v for k, v in obj["metadata"].items() if k not in quiet} for obj in (before, after))
    return old != new or before[ours[1]] != after[ours[1]]
