"""Where the names of the shop lead: the ConfigMap `dns`, read as a client reads DNS, with a time to live."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from labcore import clusters
from labcore.clusters import Entry
from labcore.clusters.base import Access
from labcore.errors import Refused
from labcore.kube.api import Api

from labtools.capstone.shop import DOMAIN, ENTRY

NAME, TTL = "dns", 3.0
_OF_UNKNOWN = f"www.{DOMAIN}"
"""A name that the zone lacks leads where this one does, as under a wildcard."""

Place = tuple[str, Entry | None]
"""What the zone says, and the address that it means; None where there is none."""


class Zone:
    """One resolver with its cache; `ttl=0` asks afresh each time."""

    def __init__(
        self, api: Api, access: Access, namespace: str, ttl: float = TTL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.api, self.cluster, self.namespace = api, access.name, namespace
        self._access, self._ttl, self._clock = access, ttl, clock
        self._known: dict[str, tuple[float, Place]] = {}
        self._lock = threading.Lock()

    def names(self) -> dict[str, str]:
        """The whole zone; raises Refused where there is none any more."""
        core = self.api.request("get", f"/api/v1/namespaces/{self.namespace}/configmaps/{NAME}")
        return dict(core.get("data") or {})

    def look_up(self, host: str) -> Place:
        """The place of a host, as old as the TTL allows. Raises NoCluster, and Refused without a zone."""
        with self._lock:
            until, place = self._known.get(host, (0.0, ("", None)))
            if self._ttl and self._clock() < until:
                return place
            names = self.names()
            said = names.get(host, names.get(_OF_UNKNOWN, "")).strip()
            place = said, self.address(said)
            self._known[host] = self._clock() + self._ttl, place
            return place

    def address(self, place: str) -> Entry | None:
        """The address of a place: the entry's, or a Service's."""
        if place == ENTRY:
            return self._access.entry
        name, _, namespace = place.partition(".")
        if not name or not namespace:
            return None
        try:
            service = self.api.request("get", f"/api/v1/namespaces/{namespace}/services/{name}")
        except Refused:
            return None
        if clusters.of(self.cluster).reaches_pods:
            return replace(self._access.entry, address=service["spec"]["clusterIP"], http_port=80, https_port=443)
        return self._forwarded(namespace, service)

    def _forwarded(self, namespace: str, service: dict) -> Entry | None:
        """A Service's address leads somewhere inside such a cluster only, so a port-forward takes its place."""
        from labtools.clusters.context import forward
        from labtools.clusters.context.entry import Forwardable

        labels = ",".join(f"{key}={value}" for key, value in (service["spec"].get("selector") or {}).items())
        pods = self.api.list(self.api.resources().named("pods"), namespace, labels=labels)["items"]
        running = [pod for pod in pods if pod["status"].get("phase") == "Running"]
        if not labels or not running:
            return None
        ports = [_port(running[0], service, number) for number in (80, 443)]
        return forward.entry(self.api, Forwardable(namespace, running[0]["metadata"]["name"], *ports))


def _port(pod: dict, service: dict, number: int) -> int:
    """The Pod's port behind a port of its Service, which may name it."""
    target = next((p.get("targetPort", number) for p in service["spec"]["ports"] if p["port"] == number), number)
    named = {p.get("name"): p["containerPort"] for c in pod["spec"]["containers"] for p in c.get("ports") or []}
    return target if isinstance(target, int) else named.get(target, number)


def open_zone(cluster: str | None, namespace: str, ttl: float = TTL) -> Zone:
    """A resolver on a running cluster; raises NoCluster."""
    access = clusters.access(cluster)
    return Zone(Api.connect(access.own_kubeconfig, access.context), access, namespace, ttl)
