"""What a Service's Pods contribute to its EndpointSlices and Endpoints: pure functions of the objects."""

from loopkube.controllers.pods import condition, is_finished, is_ready, is_terminating

HEADLESS_LABEL = "service.kubernetes.io/headless"
TRIGGER_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"
ZONE_LABEL = "topology.kubernetes.io/zone"


def is_headless(service: dict) -> bool:
    """A Service without an address of its own: DNS then names its Pods."""
    return service["spec"].get("clusterIP", "") in ("None", "")


def has_endpoints(service: dict) -> bool:
    """Whether the Service's endpoints are the controllers' to write."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def addresses(pod: dict, family: str) -> list[str]:
    """The Pod's addresses of a family, `IPv4` or `IPv6`."""
    status = pod.get("status", {})
    known = [entry["ip"] for entry in status.get("podIPs") or ()] or [status.get("podIP") or ""]
    return [ip for ip in known if ip and (":" in ip) == (family == "IPv6")]


def ports(service: dict, pod: dict) -> list[dict]:
    """The Service's ports as this Pod serves them; a name that the Pod does not have is left out."""
    entries = []
    for port in service["spec"].get("ports") or ():
        number = target_port(pod, port)
        if number is None:
            continue
        entry = {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}
        entries.append(entry | ({"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {}))
    return entries


def target_port(pod: dict, port: dict) -> int | None:
    """The number behind `targetPort`, which may be the name of a container's port."""
    target, protocol = port.get("targetPort", port["port"]), port.get("protocol", "TCP")
    if isinstance(target, int):
        return target
    containers = pod["spec"]["containers"] + [
        c for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"
    ]
    for declared in (p for c in containers for p in c.get("ports") or ()):
        if declared.get("name") == target and declared.get("protocol", "TCP") == protocol:
            return declared["containerPort"]
    return None


def endpoint(service: dict, pod: dict, node: dict | None, family: str) -> dict:
    """One endpoint of an EndpointSlice."""
    serving, terminating = is_ready(pod), is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    entry = {
        "addresses": addresses(pod, family),
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": target_reference(pod),
    }
    if pod["spec"].get("nodeName"):
        entry["nodeName"] = pod["spec"]["nodeName"]
    zone = ((node or {"metadata": {}})["metadata"].get("labels") or {}).get(ZONE_LABEL)
    if zone:
        entry["zone"] = zone
    if hostname(service, pod):
        entry["hostname"] = hostname(service, pod)
    hints = _hints(service, pod, zone) if ready else {}
    return entry | ({"hints": hints} if hints else {})


def _hints(service: dict, pod: dict, zone: str | None) -> dict:
    """For whom the endpoint is near, where the Service asks for nearness (KEP-3015)."""
    near = service["spec"].get("trafficDistribution")
    if near not in ("PreferClose", "PreferSameZone", "PreferSameNode"):
        return {}
    hints = {"forZones": [{"name": zone}]} if zone else {}
    if near == "PreferSameNode" and pod["spec"].get("nodeName"):
        hints["forNodes"] = [{"name": pod["spec"]["nodeName"]}]
    return hints


def target_reference(pod: dict) -> dict:
    """What an endpoint says of its Pod (targetRef)."""
    metadata = pod["metadata"]
    return {"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}


def hostname(service: dict, pod: dict) -> str:
    """The Pod's own name below the Service's, when it asks for one."""
    spec = pod["spec"]
    return spec.get("hostname", "") if spec.get("subdomain") == service["metadata"]["name"] else ""


class TriggerTimes:
    """When what changed the endpoints of a Service happened, for the annotation by which delays are measured.

    A change counts as told only when something was written because of it (`told`). Times have whole seconds, and
    here much happens in one: a Pod whose state changed counts as changed even when the second is the same.
    """

    def __init__(self) -> None:
        self._told: dict[tuple, dict[str, tuple[str, str]]] = {}

    def untold(self, key: tuple, service: dict, pods: list[dict]) -> str:
        """The earliest trigger time that was not told yet, `` when nothing with a time changed."""
        times, before = _times(service, pods), self._told.get(key)
        if before is None:
            return service["metadata"].get("creationTimestamp", "")
        return min((time[0] for name, time in times.items() if time[0] and time != before.get(name)), default="")

    def told(self, key: tuple, service: dict, pods: list[dict]) -> None:
        """Notes what was written into endpoints.kubernetes.io/last-change-trigger-time, so that it is told once."""
        self._told[key] = _times(service, pods)

    def forget(self, key: tuple) -> None:
        self._told.pop(key, None)


def _times(service: dict, pods: list[dict]) -> dict[str, tuple[str, str]]:
    """By Pod that has an address, and for the Service itself under ``: since when, and which state."""
    created = service["metadata"].get("creationTimestamp", "")
    placed = [pod for pod in pods if pod.get("status", {}).get("podIP")]
    return {pod["metadata"]["name"]: _state_since(pod) for pod in placed} | {"": (created, "")}


def _state_since(pod: dict) -> tuple[str, str]:
    """(since when, which state): ready, not ready, or ended."""
    ready = condition(pod, "Ready") or {}
    return ready.get("lastTransitionTime", ""), "ended" if is_finished(pod) else ready.get("status", "")
