"""Waiting for the ingress controller: until a URL is routed as wanted, or until all that was applied is taken in."""

import secrets
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from labcore.errors import LabError, Refused, TimedOut
from labcore.kube.api import Api
from labcore.kube.patience import patient
from labcore.language.messages import joined, phrase

from ingress_lab.display import progress
from ingress_lab.http.answers import NOBODY, Answer, Answers
from ingress_lab.ingress.controller_flags import NGINX_CONTROLLER, OWN_CONTROLLER
from ingress_lab.ingress.rules import Rule
from ingress_lab.kube.controller import image
from ingress_lab.kube.endpoint_wait import wait_followed
from ingress_lab.kube.namespaces import is_own

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

# A controller says to nobody when it has taken a change in; so the entry is asked again and again. The pause is
# a fifth of what routing may take (100 ms).
_PAUSE = 0.02
CONTROLLERS = (OWN_CONTROLLER, NGINX_CONTROLLER)
_MARKED = 503  # what a Service without Pods answers
_FORGOTTEN = 1.0


def wait_routed(lab: "Lab", urls: Sequence[str], *, service: str | None, status: int | None, timeout: float) -> Answers:
    """Ask until every URL is answered by `service`, with `status`, or else by any application; raises TimedOut."""
    timeout = patient(timeout)
    deadline = time.monotonic() + timeout
    answers = Answers()
    with lab.client(timeout=min(timeout, 5)) as client, progress.line(phrase("waiting for the route")) as line:
        for url in urls:
            while not is_awaited(answer := client.probe(url)[0], service, status):
                line.say(phrase("waiting for {url}: {outcome}", url=url, outcome=answer.outcome))
                if time.monotonic() > deadline:
                    raise TimedOut(_late(lab, answer, service, status, timeout))
                time.sleep(_PAUSE)
            answers.append(answer)
    return answers


def is_awaited(answer: Answer, service: str | None, status: int | None) -> bool:
    """Whether the answer is what is waited for; without a service and a status, any application's answer is."""
    if service is None and status is None:
        return answer.service != NOBODY
    return (service is None or answer.service == service) and (status is None or answer.status == status)


def _rules(lab: "Lab") -> list[Rule]:
    """None where the notebook has cleaned up, and waits for the entry to forget them."""
    try:
        return lab.rules()
    except LabError:
        return []


def _late(lab: "Lab", answer: Answer, service: str | None, status: int | None, timeout: float) -> str:
    both = service is not None and status is not None
    aim = phrase("{service} with status {status}", service=service, status=status) if both else service or status
    rules = [f"  {r.host or '*'}{r.path} ({r.path_type}) -> {r.service}:{r.port}" for r in _rules(lab)]
    return joined(
        "\n",
        [
            phrase(
                "{url} was not answered by {aim} within {timeout:g} s; the last answer: {outcome}",
                url=answer.url,
                aim=aim or phrase("an application"),
                timeout=timeout,
                outcome=answer.outcome,
            ),
            phrase("Rules in namespace {namespace}:", namespace=lab.namespace)
            if rules
            else phrase("There is no Ingress in namespace {namespace}.", namespace=lab.namespace),
            *rules,
            phrase("Is the controller running? kubectl get pods -A -l app=traefik"),
        ],
    )


def settle(lab: "Lab", timeout: float) -> None:
    """Wait until the controller has taken in every change made so far, by adding one more and waiting for that.

    Controllers read the changes of a kind in order. So once a marker (an Ingress of each class in use, and a Service
    without Pods) is routed, everything applied before it is, too. The marker is removed again, and that is waited
    for as well: afterwards the controller has nothing left to do.
    """
    wait_followed(lab.api, lab.namespace)
    used = {(i["spec"].get("ingressClassName") or "") for i in lab.objects("ingresses")}
    served = _served_classes(lab.api)
    mark = f"marker-{secrets.token_hex(4)}"
    classes = sorted(used if served is None else used & served)
    hosts = {name: f"{name}.{mark}.invalid" for name in classes}
    markers = [_marker_service(mark), *(_marker_ingress(f"{mark}-{c}", c, host, mark) for c, host in hosts.items())]
    try:
        for marker in markers:
            resource = lab.api.resources().named(marker["kind"])
            lab.api.request("post", resource.path(lab.namespace), marker)
        for host in hosts.values():
            wait_routed(lab, [f"http://{host}/"], service=None, status=_MARKED, timeout=timeout)
    finally:
        for marker in reversed(markers):
            _remove(lab, marker)
    _wait_forgotten(lab, hosts.values())


def _served_classes(api: Api) -> set[str] | None:
    """The names of the IngressClasses that the entry follows; None where this account may not list them.

    A class that a notebook made is left out if it names a controller of its own, which is not at the entry.
    """
    try:
        classes = api.list(api.resources().named("ingressclass"))["items"]
        return {c["metadata"]["name"] for c in classes if not is_own(c) or c["spec"].get("controller") in CONTROLLERS}
    except Refused as error:
        if error.code == 403:
            return None
        raise


def _wait_forgotten(lab: "Lab", hosts: Iterable[str]) -> None:
    """Until no marker answers any more; not for long, as a rule for any host may answer just as the marker did."""
    deadline = time.monotonic() + _FORGOTTEN
    with lab.client() as client:
        for host in hosts:
            while client.probe(f"http://{host}/")[0].status == _MARKED and time.monotonic() < deadline:
                time.sleep(_PAUSE)


def _marker_service(name: str) -> dict:
    meta = {"name": name}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"ports": [{"port": 80}], "selector": {"marker": name}},
    }


def _marker_ingress(name: str, class_name: str, host: str, service: str) -> dict:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name},
        "spec": {"ingressClassName": class_name, "rules": [{"host": host, "http": {"paths": [path]}}]},
    }


def _remove(lab: "Lab", marker: dict) -> None:
    resource = lab.api.resources().named(marker["kind"])
    try:
        lab.api.request("delete", resource.path(lab.namespace, marker["metadata"]["name"]))
    except Refused as error:
        if error.code != 404:
            raise


def controller(api: Api) -> str:
    """The image of the ingress controller's Pods, `traefik:v3.7`; "" if none is found or it may not be asked."""
    return image(api)
