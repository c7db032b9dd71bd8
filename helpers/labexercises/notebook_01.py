"""Exercises 01.1 (a name for Pods), 01.2 (a second port at layer 4) and 01.3 (a shop that nobody reaches)."""

import time
from typing import TYPE_CHECKING

from ingress_lab.kube.exec import execute
from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.errors import LabError
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "layers"
_CLIENT = "red"
_HELLO = "http://layers.example.com/hello"
_SHOP = "http://shop.layers.example.com/"
_LAG = 2.0  # seconds in which DNS learns of a new Service
_PAUSE = 0.2


def dns_names_the_pods(lab: "Lab") -> str:
    """DNS is asked from Pod `red`."""
    deadline = time.monotonic() + patient(_LAG)
    while True:
        every = (pod for pod in lab.objects("pods") if pod["metadata"]["name"].startswith("bye-"))
        pods = {pod["status"].get("podIP") for pod in every}
        if pods and _addresses(lab, "pods-svc") == pods:
            return ""
        if time.monotonic() > deadline:
            return phrase(
                "the cluster's DNS should answer for pods-svc with the address of the Pod of bye and with no other; "
                "it does not yet."
            )
        time.sleep(_PAUSE)


def _addresses(lab: "Lab", name: str) -> set[str]:
    try:
        said = execute(lab.api, lab.namespace, _CLIENT, ["python", "ask.py", name]).out
    except LabError:
        return set()
    return {line.split()[3] for line in said.splitlines() if " IN A " in line and not line.startswith(";")}


def answers_at_both_ports(lab: "Lab") -> str:
    """From a Pod, at both ports of the Service; then through the entry."""
    for url in ("http://hello-svc:7000/", "http://hello-svc/"):
        if lab.inside(_CLIENT).probe(url)[0].outcome != "hello-svc":
            return phrase(
                "{url} should be answered by hello-svc when Pod {client} asks; it is not yet.", url=url, client=_CLIENT
            )
    return _reached(lab, _HELLO, "hello-svc")


def reaches_the_shop(lab: "Lab") -> str:
    return _reached(lab, _SHOP, "shop-svc") or _reached(lab, f"{_SHOP}basket/7", "shop-svc")


def _reached(lab: "Lab", url: str, service: str) -> str:
    """What a client notices, and not why."""
    lab.settle()
    got = lab.probe(url)[0].outcome
    said = phrase("{url} should be answered by {service}; the client got: {got}.", url=url, service=service, got=got)
    return "" if got == service else said


EXERCISES = (
    Exercise(
        name="01.1",
        missing=dns_names_the_pods,
        praise=phrase("DNS answers with the Pod's own address; no proxy takes part."),
        hints=(
            phrase("Which Service of round 4 has no address of its own? Which field makes it so?"),
            phrase("`clusterIP: None` in `spec`."),
        ),
        solutions=written("01.1"),
    ),
    Exercise(
        name="01.2",
        missing=answers_at_both_ports,
        praise=phrase("two ports of the Service lead to one port of the Pods, and no program had to change."),
        hints=(
            phrase("`spec.ports` is a list. `kubectl explain service.spec.ports` says what an entry holds."),
            phrase(
                "An entry with `port: 7000` leads to the port where the program listens, 8080, which the container "
                "calls `http`. With more than one entry each needs a `name`."
            ),
            phrase(
                "`kubectl patch service hello-svc -p "
                '\'{"spec": {"ports": [{"name": "more", "port": 7000, "targetPort": "http"}]}}\'` adds the entry.'
            ),
        ),
        solutions=written("01.2"),
    ),
    Exercise(
        name="01.3",
        missing=reaches_the_shop,
        praise=phrase("the rule has the right host, and the Service the right port."),
        hints=(
            phrase(
                "The connection is made (layer 4), and the entry answers 404 (layer 7): it reads the request, and "
                "finds no rule for it. Compare the host of the Ingress with the host of the URL, letter by letter."
            ),
            phrase(
                "With `shop.layers.example.com` in the Ingress the answer is 502: the rule holds now, but the Pod does "
                "not take the connection. On which port does it listen? `kubectl logs deployment/shop` tells."
            ),
            phrase(
                "The Service leads to port 8081 of the Pod; the program listens on 8080, which the container calls "
                "`http`: `targetPort: http`."
            ),
        ),
        solutions=written("01.3"),
    ),
)
