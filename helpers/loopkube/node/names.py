"""Names of Services, for the Pods that can look them up (inside_python): a file per node, kept up to date.

What cluster DNS answers: a Service's address; for a headless one the addresses of its ready Pods; for an
ExternalName the other name. https://github.com/kubernetes/dns/blob/master/docs/specification.md
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from loopkube.informer import Informers

DOMAIN = "svc.cluster.local"
PAUSE_SECONDS = 0.02
"""Changes within this time go into one write."""
SLICES = "endpointslices.discovery.k8s.io"
_SERVICE = "kubernetes.io/service-name"


def records(services: Iterable[dict], slices: Iterable[dict]) -> dict[str, list[str]]:
    """{full name: addresses, or the name that it stands for}."""
    found: dict[str, list[str]] = {}
    headless = set()
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        name = f"{metadata['name']}.{metadata['namespace']}.{DOMAIN}"
        if spec.get("type") == "ExternalName":
            found[name] = [spec["externalName"]]
        elif spec.get("clusterIP") == "None":
            headless.add(name)
        elif spec.get("clusterIP"):
            found[name] = [spec["clusterIP"]]
    for part in slices:
        metadata = part["metadata"]
        name = f"{(metadata.get('labels') or {}).get(_SERVICE, '')}.{metadata['namespace']}.{DOMAIN}"
        for endpoint in (part.get("endpoints") or []) if name in headless else ():
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                found.setdefault(name, []).extend(endpoint["addresses"])
                if endpoint.get("hostname"):
                    found.setdefault(f"{endpoint['hostname']}.{name}", []).extend(endpoint["addresses"])
    return found


class Names:
    """Keeps `file` in step with Services and EndpointSlices, from `start` to the end of the process."""

    def __init__(self, file: Path, informers: Informers) -> None:
        self.file = file
        self._services, self._slices = informers.of("services"), informers.of(SLICES)
        self._due = False

    async def start(self) -> None:
        for informer in (self._services, self._slices):
            await informer.start()
            await informer.synced()
            informer.on_change(self._changed)
        self._write()

    def _changed(self, type: str, obj: dict, old: dict | None) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._write)

    def _write(self) -> None:
        self._due = False
        found = records(self._services.items.values(), self._slices.items.values())
        text = "".join(f"{name}\t{' '.join(values)}\n" for name, values in sorted(found.items()))
        if self.file.exists() and self.file.read_text() == text:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.file)
