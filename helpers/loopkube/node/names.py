"""Names of Services, for the Pods that can look them up (inside_python): a file per node, kept up to date.

What cluster DNS answers: a Service's address; for a headless one the addresses of its ready Pods; for an
ExternalName the other name. https://github.com/kubernetes/dns/blob/master/docs/specification.md
"""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from loopkube.client.informer import Informers
from loopkube.node import plain_file

DOMAIN = "svc.cluster.local"
PAUSE_SECONDS = 0.02
"""Changes within this time go into one write."""
SHARE = 20
"""A write that took long is followed by a pause of so many times its own time: writing stays below 5 % of it."""
SLICES = "endpointslices.discovery.k8s.io"
_SERVICE = "kubernetes.io/service-name"


def records(services: Iterable[dict], slices: Iterable[dict]) -> dict[str, list[str]]:
    """{full name: addresses, or the name that it stands for}."""
    addresses: dict[str, list[str]] = {}
    headless = set()
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        name = f"{metadata['name']}.{metadata['namespace']}.{DOMAIN}"
        if spec.get("type") == "ExternalName":
            addresses[name] = [spec["externalName"]]
        elif spec.get("clusterIP") == "None":
            headless.add(name)
        elif spec.get("clusterIP"):
            addresses[name] = [spec["clusterIP"]]
    for part in slices:
        metadata = part["metadata"]
        name = f"{(metadata.get('labels') or {}).get(_SERVICE, '')}.{metadata['namespace']}.{DOMAIN}"
        for endpoint in (part.get("endpoints") or []) if name in headless else ():
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                addresses.setdefault(name, []).extend(endpoint["addresses"])
                if endpoint.get("hostname"):
                    addresses.setdefault(f"{endpoint['hostname']}.{name}", []).extend(endpoint["addresses"])
    return addresses


class Names:
    """Keeps `file` in step with Services and EndpointSlices, from `start` to the end of the process."""

    def __init__(self, file: Path, informers: Informers) -> None:
        self.file = file
        self._services, self._slices = informers.of("services"), informers.of(SLICES)
        self._due, self._pause, self._written = False, PAUSE_SECONDS, ""

    async def start(self) -> None:
        for informer in (self._services, self._slices):
            await informer.start()
            await informer.synced()
            informer.on_change(self._changed)
        self._write()

    def _changed(self, type: str, obj: dict, old: dict | None) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(self._pause, self._write)

    def _write(self) -> None:
        self._due, began = False, time.perf_counter()
        current = records(self._services.items.values(), self._slices.items.values())
        text = "".join(f"{name}\t{' '.join(values)}\n" for name, values in sorted(current.items()))
        if text != self._written or not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            plain_file.replace(self.file, text.encode())
            self._written = text
        self._pause = max(PAUSE_SECONDS, SHARE * (time.perf_counter() - began))
