"""The steps: ask Traefik who will take the request, have its log written, send it, and gather what each hop told."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from ingress_lab.http.probe import application_words
from ingress_lab.ingress import controller_flags
from ingress_lab.ingress.controller_flags import Flags
from ingress_lab.kube.controller import visible_pods
from labcore.clusters import Entry
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.clinic import lock
from labtools.trace import from_pod, log_line, sending
from labtools.trace.from_pod import Send
from labtools.trace.legs import legs_of
from labtools.trace.log_line import Line
from labtools.trace.switching import logging
from labtools.trace.trace import Trace
from labtools.traefik.asked import Asked
from labtools.traefik.asking import ask
from labtools.traefik.request import request_of

if TYPE_CHECKING:
    from ingress_lab.http.pod_client import ClientPod
    from ingress_lab.lab import Lab

SERVICE_NAME = "kubernetes.io/service-name"
_PATIENCE = (0.5, 0.5, 2.0)
"""Seconds for the log's line of each try: the trace right before may just have switched the log off, though Traefik's
API still says that it is on. Then the request is sent again."""


def traced(lab: "Lab", url: str, client: "ClientPod | None" = None, to: str = "") -> Trace:
    """One GET of `url` at the entry, followed; from the Pod `client` also at another controller's Service `to`."""
    if client is None:
        return _traced(lab, url)
    send = from_pod.sender(lab, client, url, to)
    trace = _traced_at(lab, url, from_pod.behind(lab, to), send) if to else _traced(lab, url, send)
    return replace(trace, node="", port=0, via=from_pod.way(to), client=phrase("client, Pod {name}", name=client.pod))


def _traced(lab: "Lab", url: str, send: Send | None = None) -> Trace:
    request = request_of(url)
    lock.require_closed(url)
    controllers = controller_flags.of_ingresses(visible_pods(lab.api))
    at = controller_flags.at_entry(pod for pod, _ in controllers)
    asked = ask(lab.api, *at) if at else None
    winner = asked.winner(request, at[1]) if asked and at else None
    with logging(lab.api, winner, lab.namespace, lambda: ask(lab.api, *at) if at else None) as is_logged:
        sent, found = _sent(lab.api, url, lab.entry, [pod for pod, _ in controllers] if is_logged else [], send)
    pod, line = found or (at[0] if at else None, None)
    return _gathered(lab, url, sent, pod, line, asked, winner.name if winner else "")


def _traced_at(lab: "Lab", url: str, pods: list[dict], send: Send) -> Trace:
    """One GET of `url` at another controller, of these Pods, which log every request."""
    request_of(url)
    lock.require_closed(url)
    sent, found = _sent(lab.api, url, lab.entry, pods, send)
    pod, line = found or (pods[0] if len(pods) == 1 else None, None)
    return _gathered(lab, url, sent, pod, line, None, "")


def _sent(
    api: Api, url: str, entry: Entry, pods: list[dict], send: Send | None = None
) -> tuple[sending.Sent, tuple[dict, Line] | None]:
    """The answer, and the line of the log about it; without a line, of the last try."""
    for longest in _PATIENCE:
        request_id = secrets.token_hex(16)
        sent = send(request_id) if send else sending.send(url, entry, request_id)
        found = log_line.find(api, pods, request_id, longest=longest) if sent.status else None
        if found or not (pods and sent.status):
            break
    return sent, found


def _gathered(
    lab: "Lab", url: str, sent: sending.Sent, pod: dict | None, line: Line | None, asked: Asked | None, winner: str
) -> Trace:
    lab.objects("pods")  # numbers the Pods, oldest first
    words = application_words(sent.text)
    answered = str(words.get("pod") or "")
    router = asked.named(line.router) if asked and line else None
    if asked and not line:
        router = next((one for one in asked.routers if one.name == winner), None)
    behind = line.service or _service_of(line.upstream, lab.namespace) if line else ""
    targets = _targets(lab, behind)
    chosen = targets.get(line.address, "") if line else ""
    return Trace(
        url=url,
        sent=sent,
        controller=pod["metadata"]["name"] if pod else "",
        node=pod["spec"].get("nodeName", "") if pod else "",
        port=_host_port(pod, url) if pod else 0,
        router=f"{router.name}@{router.provider}" if router else line.router if line else "",
        rule=router.rule if router else "",
        middlewares=tuple(_middleware(asked, name) for name in router.middlewares) if router and asked else (),
        behind=behind,
        addresses=len(targets),
        address=line.address if line else "",
        chosen=lab.aliases.of(chosen) if chosen else "",
        service=str(words.get("service") or ""),
        pod=lab.aliases.of(answered) if answered else "",
        pod_node=str(words.get("node") or ""),
        legs=legs_of(sent, line, at_pod=bool(answered)) if sent.status else (),
        log=line.written if line else "",
        upstream=line.upstream if line else "",
        whole=bool(line and line.whole),
    )


def _service_of(upstream: str, namespace: str) -> str:
    """The Service in nginx's name of an upstream, `namespace-service-port`; "" where it is of another namespace."""
    service = upstream.removeprefix(f"{namespace}-")
    return service.rpartition("-")[0] if service != upstream else ""


def _middleware(asked: Asked, name: str) -> str:
    does = asked.middlewares.get(name, "")
    return f"{name.rpartition('@')[0] or name} ({does})" if does else name


def _targets(lab: "Lab", service: str) -> dict[str, str]:
    """`address:port` of a Service's endpoints, and the Pod of each."""
    slices = lab.objects("endpointslices", f"{SERVICE_NAME}={service}") if service else []
    return {
        f"{address}:{port.get('port')}": (endpoint.get("targetRef") or {}).get("name", "")
        for piece in slices
        for port in piece.get("ports") or []
        for endpoint in piece.get("endpoints") or []
        for address in endpoint.get("addresses") or []
    }


def _host_port(pod: dict, url: str) -> int:
    """The node's port that leads to the entry point of the URL's scheme; 0 where the node has none."""
    flags = _flags(pod)
    names = flags.entry_points(url.partition(":")[0]) if flags else {}
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]
    return next((port["hostPort"] for port in ports if port.get("hostPort") and port.get("name") in names), 0)


def _flags(pod: dict) -> Flags | None:
    return controller_flags.of_pods([pod])
