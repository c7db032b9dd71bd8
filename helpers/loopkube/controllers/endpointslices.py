"""EndpointSlices: for each Service with a selector, the addresses of its Pods and what state they are in."""

from collections.abc import Iterable

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import endpoint_facts as facts
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_ref
from loopkube.controllers.pods import is_finished
from loopkube.controllers.service_pods import ServicePods
from loopkube.controllers.slice_plan import Plan, group, plan
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import SERVICE, labels_of
from loopkube.shared.status import ApiError

RESOURCE = "endpointslices.discovery.k8s.io"
MANAGER_LABEL = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
RESERVED = {SERVICE, MANAGER_LABEL, facts.HEADLESS_LABEL}


def _by_service(endpoint_slice: dict) -> Iterable[Key]:
    labels = labels_of(endpoint_slice)
    if labels.get(MANAGER_LABEL) != MANAGER or SERVICE not in labels:
        return ()
    return ((endpoint_slice["metadata"]["namespace"], labels[SERVICE]),)


class EndpointSliceController(Controller):
    """Keeps the EndpointSlices of each Service with a selector (pkg/controller/endpointslice)."""

    component = "endpoint-slice-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._service_pods = ServicePods(self, self._service_changed)
        self._slices = self.follow(RESOURCE, self._slice_changed)
        self._nodes = self.follow("nodes", self._node_changed)
        self._by_service = self._slices.index("managed service", _by_service)
        self._writes, self._times = Writes(self._slices, clock), facts.TriggerTimes()

    def _service_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _slice_changed(self, type: str, obj: dict, old: dict | None) -> None:
        # the old one, too: a slice whose label was changed is missing from the Service that it belonged to
        for seen in (obj, old) if old else (obj,):
            for key in _by_service(seen):
                self.queue.add(key)

    def _node_changed(self, type: str, node: dict, old: dict | None) -> None:
        """A node in another zone changes the endpoints of all Pods on it."""
        if labels_of(node).get(facts.ZONE_LABEL) != (labels_of(old).get(facts.ZONE_LABEL) if old else None):
            for key in self._service_pods.services.items:
                self.queue.add(key)

    async def reconcile(self, key: Key) -> None:
        """The slices of a Service with a selector; waits until its own last writes are seen."""
        service = self._service_pods.services.items.get(key)
        if service is None:
            self._times.forget(key)
            self._writes.forget(key)
            return
        if not facts.has_endpoints(service) or not self._writes.visible(key):
            return
        pods = self._service_pods.of(service)
        todo = self._plan(key, service, pods, self._times.untold(key, service, pods))
        if not (todo.create or todo.update or todo.delete):
            return
        try:
            await apply(self.client, self._writes, key, todo)
            # after the write: the time of a change that was not written goes with the next one
            self._times.told(key, service, pods)
        except ApiError as error:
            if namespace_ends(error):
                return
            if error.reason not in ("Conflict", "NotFound"):
                where = f"Error updating Endpoint Slices for Service {key[0]}/{key[1]}: {error.message}"
                await self.recorder.event(service, "Warning", "FailedToUpdateEndpointSlices", where)
            raise

    def _plan(self, key: Key, service: dict, pods: list[dict], trigger: str) -> Plan:
        existing, whole = self._by_service.of(key), Plan()
        families = service["spec"].get("ipFamilies") or ["IPv4"]
        for family in families:
            served = [
                (facts.ports(service, pod), facts.endpoint(service, pod, self._node_of(pod), family))
                for pod in pods
                if not is_finished(pod) and facts.addresses(pod, family)
            ]
            mine = [s for s in existing if s["addressType"] == family]
            part = plan(self._template(service, family, trigger), group(served), mine)
            whole.create += part.create
            whole.update += part.update
            whole.delete += part.delete
        whole.delete += [s for s in existing if s["addressType"] not in families]
        return whole

    def _node_of(self, pod: dict) -> dict | None:
        return self._nodes.get("", pod["spec"].get("nodeName", ""))

    def _template(self, service: dict, family: str, trigger: str) -> dict:
        name = service["metadata"]["name"]
        labels = {k: v for k, v in labels_of(service).items() if k not in RESERVED}
        if facts.is_headless(service):
            labels[facts.HEADLESS_LABEL] = ""
        metadata = {
            "generateName": f"{name}-",
            "namespace": service["metadata"]["namespace"],
            "labels": labels | {SERVICE: name, MANAGER_LABEL: MANAGER},
            "ownerReferences": [controller_ref(service)],
        }
        if trigger:
            metadata["annotations"] = {facts.TRIGGER_ANNOTATION: trigger}
        made = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": family}
        return made | {"metadata": metadata}


async def apply(client: Client, writes: Writes, key: Key, todo: Plan) -> None:
    """Writes what is planned for the slices of one Service."""
    # in this order, so that an endpoint that moves to another slice is never in none
    for endpoint_slice in todo.create:
        writes.wrote(key, await client.create(RESOURCE, endpoint_slice, key[0]))
    for endpoint_slice in todo.update:
        writes.wrote(key, await client.update(RESOURCE, endpoint_slice))
    for known in todo.delete:
        writes.deleted(key, known)
        try:
            await client.delete(RESOURCE, known["metadata"]["name"], key[0], uid=known["metadata"]["uid"])
        except ApiError as error:
            if error.code != 404:
                raise
