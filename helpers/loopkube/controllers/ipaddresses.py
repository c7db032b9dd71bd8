"""IPAddress objects: one for each address that a Service has (KEP-1880).

On a real cluster the API writes them as it gives an address out. Here the Services are what counts
(loopkube.kinds.core.service.allocation), and their IPAddresses follow.
"""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

RESOURCE = "ipaddresses.networking.k8s.io"
LABELS = {
    "ipaddress.kubernetes.io/ip-family": "IPv4",
    "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
}


def addresses_of(service: dict) -> list[str]:
    """The cluster addresses of a Service; none for a headless one."""
    return [address for address in service["spec"].get("clusterIPs") or () if address not in ("", "None")]


class IPAddressController(Controller):
    """Keeps an IPAddress for each cluster address that a Service has
    (pkg/registry/core/service/ipallocator/controller)."""

    component = "ipallocator"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._services = self.follow("services", self._service_changed)
        self._known = self.follow(RESOURCE, self._address_changed)
        self._by_address = self._services.index("address", addresses_of)

    def _service_changed(self, type: str, obj: dict, old: dict | None) -> None:
        for address in {*addresses_of(obj), *(addresses_of(old) if old else ())}:
            self.queue.add(address)

    def _address_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(obj["metadata"]["name"])

    async def reconcile(self, key: str) -> None:
        """One IPAddress for each cluster IP, owned by its Service."""
        services, known = self._by_address.of(key), self._known.get("", key)
        parent = _parent(services[0]) if services else None
        if parent and known is None:
            await self._create(key, parent)
        elif known and known["spec"].get("parentRef") != parent and _is_ours(known):
            await self._delete(known)  # and made anew when that is seen: a parent cannot be changed

    async def _create(self, name: str, parent: dict) -> None:
        metadata = {"name": name, "labels": LABELS}
        obj = {"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": metadata}
        try:
            await self.client.create(RESOURCE, obj | {"spec": {"parentRef": parent}})
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise

    async def _delete(self, known: dict) -> None:
        try:
            await self.client.delete(RESOURCE, known["metadata"]["name"], uid=known["metadata"]["uid"])
        except ApiError as error:
            if error.code not in (404, 409):
                raise


def _parent(service: dict) -> dict:
    metadata = service["metadata"]
    return {"resource": "services", "namespace": metadata["namespace"], "name": metadata["name"]}


def _is_ours(address: dict) -> bool:
    return (address["metadata"].get("labels") or {}).items() >= LABELS.items()
