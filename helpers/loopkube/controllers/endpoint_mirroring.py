"""Endpoints that a person wrote for a Service without a selector are mirrored to EndpointSlices."""

from collections.abc import Iterable

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.endpoint_facts import TRIGGER_ANNOTATION
from loopkube.controllers.endpointslices import MANAGER_LABEL, RESERVED, RESOURCE, apply
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_ref
from loopkube.controllers.slice_plan import Group, Plan, plan
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import SERVICE, labels_of

MANAGER = "endpointslicemirroring-controller.k8s.io"
SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror"
LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def _by_service(obj: dict) -> Iterable[Key]:
    labels = labels_of(obj)
    mirrored = labels.get(MANAGER_LABEL) == MANAGER and SERVICE in labels
    return ((obj["metadata"]["namespace"], labels[SERVICE]),) if mirrored else ()


class EndpointMirroringController(Controller):
    """Copies Endpoints that a user wrote into EndpointSlices (pkg/controller/endpointslicemirroring)."""

    component = "endpoint-slice-mirroring-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._services = self.follow("services", self._changed)
        self._endpoints = self.follow("endpoints", self._changed)
        self._slices = self.follow(RESOURCE, self._slice_changed)
        self._by_service = self._slices.index("mirrored service", _by_service)
        self._writes = Writes(self._slices, clock)

    def _changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _slice_changed(self, type: str, obj: dict, old: dict | None) -> None:
        for key in _by_service(obj):
            self.queue.add(key)

    async def reconcile(self, key: Key) -> None:
        """Slices for Endpoints that somebody has written by hand, for a Service without a selector."""
        service, endpoints = self._services.items.get(key), self._endpoints.items.get(key)
        existing = self._by_service.of(key)
        if not self._writes.visible(key) or not (existing or (service and endpoints)):
            return
        if service is None or endpoints is None or not _is_mirrored(service, endpoints):
            await apply(self.client, self._writes, key, Plan(delete=existing))
            return
        for family in ("IPv4", "IPv6"):
            mine, groups = [s for s in existing if s["addressType"] == family], _groups(endpoints, family)
            todo = plan(_template(endpoints, family), groups, mine) if groups else Plan(delete=mine)
            await apply(self.client, self._writes, key, todo)


def _is_mirrored(service: dict, endpoints: dict) -> bool:
    skipped = labels_of(endpoints).get(SKIP_LABEL) == "true"
    leader = LEADER_ANNOTATION in (endpoints["metadata"].get("annotations") or {})
    return not (service["spec"].get("selector") or skipped or leader)


def _template(endpoints: dict, family: str) -> dict:
    metadata = endpoints["metadata"]
    labels = {k: v for k, v in labels_of(endpoints).items() if k not in RESERVED}
    skipped = (TRIGGER_ANNOTATION, LAST_APPLIED)
    annotations = {k: v for k, v in (metadata.get("annotations") or {}).items() if k not in skipped}
    made = {
        "generateName": f"{metadata['name']}-",
        "namespace": metadata["namespace"],
        "labels": labels | {SERVICE: metadata["name"], MANAGER_LABEL: MANAGER},
        "ownerReferences": [controller_ref(endpoints)],
    }
    made |= {"annotations": annotations} if annotations else {}
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": family, "metadata": made}


def _groups(endpoints: dict, family: str) -> list[Group]:
    groups = []
    for subset in endpoints.get("subsets") or ():
        ports = [{"name": p.get("name", "")} | p for p in subset.get("ports") or ()]
        ready = [_endpoint(a, ready=True) for a in subset.get("addresses") or () if _is_of(a, family)]
        waiting = [_endpoint(a, ready=False) for a in subset.get("notReadyAddresses") or () if _is_of(a, family)]
        if ready or waiting:
            groups.append(Group(ports, ready + waiting))
    return groups


def _is_of(address: dict, family: str) -> bool:
    return (":" in address["ip"]) == (family == "IPv6")


def _endpoint(address: dict, *, ready: bool) -> dict:
    made = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    return made | {name: address[name] for name in ("nodeName", "hostname", "targetRef") if address.get(name)}
