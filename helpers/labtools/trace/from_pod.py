"""A request that a Pod sends: to the controller at the entry, or to another one by its Service."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingress_lab.http.pod_client import address_of
from labcore.language.messages import phrase

from labtools.trace import sending
from labtools.trace.sending import Sent

if TYPE_CHECKING:
    from ingress_lab.http.pod_client import ClientPod
    from ingress_lab.lab import Lab

Send = Callable[[str], Sent]
"""Sends the request with this id."""


def sender(lab: "Lab", client: "ClientPod", url: str, to: str) -> Send:
    """The client in the Pod; it tells one time, from before the connection is opened to the end of the answer."""
    target = address_of(lab, to or url.partition("://")[2].partition("/")[0])
    source = lab.object("pod", client.pod)["status"].get("podIP", "")

    def send(request_id: str) -> Sent:
        answer = client.probe(url, to=to, headers={sending.ID: request_id})[0]
        return Sent(
            0.0, answered=answer.milliseconds, source=source, target=target, status=answer.status,
            headers=answer.headers, text=answer.text, error=answer.error, in_one=True,
        )  # fmt: skip

    return send


def way(to: str) -> str:
    """By what the Pod reaches the controller."""
    name = to.removeprefix("service/")
    return phrase("Service {name}", name=name) if to else phrase("the address of the controller's Pod")


def behind(lab: "Lab", to: str) -> list[dict]:
    """The Pods that a Service selects, `service/NAME` or `service/NAME.NAMESPACE`."""
    name, _, elsewhere = to.removeprefix("service/").partition(".")
    place, resources = elsewhere or lab.namespace, lab.api.resources()
    selector = lab.api.get(resources.named("services"), place, name)["spec"].get("selector") or {}
    labels = ",".join(f"{key}={value}" for key, value in selector.items())
    return lab.api.list(resources.named("pods"), place, labels=labels)["items"] if labels else []
