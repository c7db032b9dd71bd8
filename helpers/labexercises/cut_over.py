"""Exercise 14.3: whether a host was moved away from nginx, on ways that work, before the eyes of a client."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ingress_lab.http import client_losses
from labcore.language.messages import phrase

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

BY_NGINX = "X-Request-ID"
"""A header that nginx adds, and Traefik does not: it tells which way a request came."""
_HOST = "news.leaving.example.com"
_URL = f"http://{_HOST}/"
_ENOUGH = 20


def moved_without_a_loss(lab: "Lab") -> str:
    """No request goes by nginx, each way that is left leads to the application, and who asked meanwhile lost none."""
    answers = lab.probe([_URL] * _ENOUGH)
    if failed := next((answer for answer in answers if answer.service != "web-svc"), None):
        return phrase("{url} should be answered by web-svc; it got {outcome}.", url=_URL, outcome=failed.outcome)
    if by_nginx := sum(BY_NGINX in answer.seen for answer in answers):
        return phrase("{number} of {times} requests still go by nginx.", number=by_nginx, times=_ENOUGH)
    return _broken(lab) or _lost(lab)


def _served(lab: "Lab") -> list[dict]:
    """The Ingresses by which the entry serves the host."""
    found = [one for one in lab.objects("ingresses") if one["spec"].get("ingressClassName") != "real-nginx"]
    return [one for one in found if any(rule.get("host") == _HOST for rule in one["spec"].get("rules") or [])]


def _broken(lab: "Lab") -> str:
    """Traefik asks the next server when one refuses: what the entry answers does not show that each of them works."""
    for ingress in _served(lab):
        for service, port in _backends(ingress):
            answer = lab.inside("red").probe(_URL, to=f"service/{service}:{port}")[0]
            if answer.service != "web-svc":
                return phrase(
                    "the Service {service} of the Ingress {ingress} should lead to the application; it gives "
                    "{outcome}.", service=service, ingress=ingress["metadata"]["name"], outcome=answer.outcome,
                )  # fmt: skip
    return ""


def _backends(ingress: dict) -> Iterator[tuple[str, int]]:
    for rule in ingress["spec"].get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            service = (path.get("backend") or {}).get("service") or {}
            yield service.get("name", ""), (service.get("port") or {}).get("number") or 80


def _lost(lab: "Lab") -> str:
    asker = lab.object("pod/asker")
    if _URL not in asker["spec"]["containers"][0].get("command", []):
        return phrase("the Pod asker should send its requests to {url}.", url=_URL)
    asked = client_losses.read(lab, "pod/asker")
    if not asked or asked[0].begin > _moved(lab):
        return phrase("the Pod asker should send requests while you move the host; it began after that.")
    if lost := sum(not one.answered for one in asked):
        return phrase(
            "{lost} of {sent} requests of the Pod asker were lost. Set the weight back, delete and apply this Pod, "
            "and move once more.", lost=lost, sent=len(asked),
        )  # fmt: skip
    return ""


def _moved(lab: "Lab") -> float:
    """The end of the second in which one of the Ingresses was last changed; what controllers write is no change."""
    writes = [write for one in _served(lab) for write in one["metadata"].get("managedFields") or []]
    times = [write["time"] for write in writes if not write.get("subresource") and write.get("time")]
    return max((datetime.fromisoformat(time).timestamp() + 1 for time in times), default=0.0)
