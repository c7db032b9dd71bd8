"""Which Pods a Service selects and which Services select a Pod, found by index in both directions."""

from collections.abc import Iterable

from loopkube.client.informer import Key, OnChange, key_of
from loopkube.controllers.loop import Controller
from loopkube.controllers.pods import is_ready
from loopkube.shared.labels import labels_of, matches_map, pairs


def _by_label(pod: dict) -> Iterable[tuple[str, str, str]]:
    namespace = pod["metadata"]["namespace"]
    return [(namespace, name, value) for name, value in pairs(labels_of(pod))]


def _by_selector(service: dict) -> Iterable[tuple[str, str, str]]:
    """One pair of the selector is enough to find the Service; the rest is compared then."""
    selector = service["spec"].get("selector")
    return [(service["metadata"]["namespace"], *min(selector.items()))] if selector else ()


class ServicePods:
    """Follows `services` and `pods` for a controller whose keys are Services."""

    def __init__(self, controller: Controller, service_changed: OnChange) -> None:
        self._queue = controller.queue
        self.services = controller.follow("services")
        self.pods = controller.follow("pods")
        self._selected = self.services.index("selector", _by_selector)
        self._labelled = self.pods.index("label", _by_label)
        self.services.on_change(service_changed)
        self.pods.on_change(self._pod_changed)

    def of(self, service: dict) -> list[dict]:
        """The Pods that the Service selects, oldest first."""
        selector, namespace = service["spec"].get("selector") or {}, service["metadata"]["namespace"]
        if not selector:
            return []
        smallest = min((self._labelled.of((namespace, *pair)) for pair in selector.items()), key=len)
        return sorted((p for p in smallest if matches_map(selector, labels_of(p))), key=_age)

    def selecting(self, pod: dict) -> list[Key]:
        """The keys of the Services that select the Pod."""
        labels = labels_of(pod)
        candidates = [service for index_key in _by_label(pod) for service in self._selected.of(index_key)]
        return [key_of(s) for s in candidates if matches_map(s["spec"]["selector"], labels)]

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        if old is not None and _matter(old) == _matter(pod):
            return
        for key in self.selecting(pod) + (self.selecting(old) if old is not None else []):
            self._queue.add(key)


def _matter(pod: dict) -> tuple:
    """What of a Pod can change the endpoints of a Service."""
    status, spec, metadata = pod.get("status", {}), pod["spec"], pod["metadata"]
    network = (
        spec.get("nodeName"),
        spec.get("hostname"),
        spec.get("subdomain"),
        status.get("podIPs"),
        status.get("podIP"),
    )
    return labels_of(pod), network, status.get("phase"), is_ready(pod), metadata.get("deletionTimestamp")


def _age(pod: dict) -> tuple[str, str]:
    return pod["metadata"].get("creationTimestamp", ""), pod["metadata"]["name"]
