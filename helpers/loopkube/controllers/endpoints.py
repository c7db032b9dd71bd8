"""Endpoints: the older form of a Service's addresses, one object per Service, for those who still read it."""

from collections.abc import Iterable

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import endpoint_facts as facts
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.loop import Controller
from loopkube.controllers.pods import is_finished, is_ready, is_terminating
from loopkube.controllers.service_pods import ServicePods
from loopkube.controllers.slice_plan import ports_key
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import labels_of
from loopkube.shared.status import ApiError

MANAGER_LABEL, MANAGER = "endpoints.kubernetes.io/managed-by", "endpoint-controller"


class EndpointsController(Controller):
    """Keeps the Endpoints of each Service with a selector, for clients that do not know slices
    (pkg/controller/endpoint)."""

    component = "endpoint-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._service_pods = ServicePods(self, self._service_changed)
        self._endpoints = self.follow("endpoints", self._endpoints_changed)
        self._gone: set[Key] = set()
        self._writes, self._times = Writes(self._endpoints, clock), facts.TriggerTimes()

    def _service_changed(self, type: str, obj: dict, old: dict | None) -> None:
        if type == "DELETED":
            # kept until reconcile: there a Service that has gone looks like one that has never been
            self._gone.add(key_of(obj))
        self.queue.add(key_of(obj))

    def _endpoints_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    async def reconcile(self, key: Key) -> None:
        """The Endpoints object of a Service with a selector."""
        service = self._service_pods.services.items.get(key)
        if service is None:
            await self._remove(key)
            return
        if not facts.has_endpoints(service) or not self._writes.visible(key):
            return
        pods = self._service_pods.of(service)
        trigger, current = self._times.untold(key, service, pods), self._endpoints.items.get(key)
        target = desired(service, pods, trigger, current)
        if current is not None and not _differs(current, target):
            return
        try:
            await self._write(key, target, current)
            # after the write: the time of a change that was not written goes with the next one
            self._times.told(key, service, pods)
        except ApiError as error:
            if not namespace_ends(error):
                raise

    async def _write(self, key: Key, target: dict, current: dict | None) -> None:
        if current is None:
            written = await self.client.create("endpoints", target, key[0])
        else:
            written = await self.client.update("endpoints", target)
        self._writes.wrote(key, written)

    async def _remove(self, key: Key) -> None:
        """Endpoints go with their Service, whoever wrote them, but never before there was one."""
        self._times.forget(key)
        self._writes.forget(key)
        existing = self._endpoints.items.get(key)
        known_gone = key in self._gone
        self._gone.discard(key)
        if existing is None or not (known_gone or MANAGER_LABEL in labels_of(existing)):
            return
        try:
            await self.client.delete("endpoints", key[1], key[0], uid=existing["metadata"]["uid"])
        except ApiError as error:
            if error.code != 404:
                raise


def desired(service: dict, pods: list[dict], trigger: str, current: dict | None) -> dict:
    """The Endpoints that the Service should have; what others put on the object stays."""
    labels = dict(labels_of(service)) | {MANAGER_LABEL: MANAGER}
    if facts.is_headless(service):
        labels[facts.HEADLESS_LABEL] = ""
    else:
        labels.pop(facts.HEADLESS_LABEL, None)
    base = current or {"apiVersion": "v1", "kind": "Endpoints", "metadata": _name_of(service)}
    annotations = dict(base["metadata"].get("annotations") or {})
    annotations.pop(facts.TRIGGER_ANNOTATION, None)
    annotations |= {facts.TRIGGER_ANNOTATION: trigger} if trigger else {}
    metadata = {k: v for k, v in base["metadata"].items() if k != "annotations"} | {"labels": labels}
    metadata |= {"annotations": annotations} if annotations else {}
    ready_first = subsets(service, pods)
    whole = {k: v for k, v in base.items() if k != "subsets"} | {"metadata": metadata}
    return whole | ({"subsets": ready_first} if ready_first else {})


def subsets(service: dict, pods: list[dict]) -> list[dict]:
    """Addresses put together by the ports they share; each address ready or not ready."""
    unready_too = bool(service["spec"].get("publishNotReadyAddresses"))
    shared: dict[tuple, dict] = {}
    for pod in pods:
        ip = pod.get("status", {}).get("podIP")
        if not ip or is_finished(pod) or (is_terminating(pod) and not unready_too):
            continue
        kind = "addresses" if unready_too or is_ready(pod) else "notReadyAddresses"
        for ports in _port_sets(service, pod):
            subset = shared.setdefault(ports_key(ports), {"ports": ports})
            subset.setdefault(kind, []).append(_address(service, pod, ip))
    for subset in shared.values():
        for kind in {"addresses", "notReadyAddresses"} & subset.keys():
            subset[kind].sort(key=lambda a: (a["ip"], a["targetRef"]["uid"]))
    return [_without_empty_ports(subset) for _, subset in sorted(shared.items())]


def _port_sets(service: dict, pod: dict) -> Iterable[list[dict]]:
    """All the Service's ports that the Pod serves; a headless Service may have none."""
    ports = [_nameless(port) for port in facts.ports(service, pod)]
    if ports:
        return [ports]
    return [[]] if not service["spec"].get("ports") and facts.is_headless(service) else []


def _nameless(port: dict) -> dict:
    return {name: value for name, value in port.items() if name != "name" or value}


def _without_empty_ports(subset: dict) -> dict:
    return subset if subset["ports"] else {name: value for name, value in subset.items() if name != "ports"}


def _address(service: dict, pod: dict, ip: str) -> dict:
    entry = {"ip": ip, "targetRef": facts.target_reference(pod)}
    if pod["spec"].get("nodeName"):
        entry["nodeName"] = pod["spec"]["nodeName"]
    name = facts.hostname(service, pod)
    return entry | ({"hostname": name} if name else {})


def _name_of(service: dict) -> dict:
    return {"name": service["metadata"]["name"], "namespace": service["metadata"]["namespace"]}


def _differs(current: dict, target: dict) -> bool:
    same_labels = labels_of(current) == labels_of(target)
    return not same_labels or (current.get("subsets") or []) != (target.get("subsets") or [])
