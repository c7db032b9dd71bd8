"""Exercises 02.1 (one more way in), 02.2 (one client, one Pod, for a minute), 02.3 (a Service without an answer)."""

import time
from typing import TYPE_CHECKING

from ingress_lab.http.answers import Answer
from ingress_lab.kube import endpoints
from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.errors import UnknownName
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "services"
_CLIENT = "red"
_TIMES = 12  # by chance one of three Pods answers all of them once in 177,147 tries
_READY = 5.0  # seconds that a repaired Pod may take to become ready, and every node to hear of it
_PAUSE = 0.1


def answers_inside_and_at_every_node(lab: "Lab") -> str:
    """A request to the Service on port 80, and one to its port of each node."""
    try:
        ports = lab.object("service/open-svc")["spec"]["ports"]
    except UnknownName as error:
        return error.message
    (at_node, *_) = [port["nodePort"] for port in ports if port.get("nodePort")] or [0]
    places = {"service/open-svc:80": "open-svc:80"}
    places |= {f"node/{name}:{at_node}": name for name in _nodes(lab) if at_node}
    for target, name in places.items():
        answer = lab.inside(_CLIENT).probe("http://open-svc/", to=target)[0]
        if answer.service != "web-svc":
            return phrase(
                "{place} should be answered by a Pod of web; {client} got: {outcome}.",
                place=name,
                client=_CLIENT,
                outcome=answer.outcome,
            )
    return "" if at_node else phrase("open-svc answers inside the cluster, and at no port of the nodes yet.")


def _nodes(lab: "Lab") -> list[str]:
    return sorted(node["metadata"]["name"] for node in lab.objects("nodes"))


def answers_by_its_name(lab: "Lab") -> str:
    """A request to the Service by its name, from a Pod."""
    deadline = time.monotonic() + _READY
    while True:
        try:
            answer = lab.inside(_CLIENT).probe("http://shop-svc/")[0]
        except UnknownName as error:
            return error.message
        missing = _unanswered(answer)
        if not _may_still_come(lab, missing) or time.monotonic() > deadline:
            return missing
        time.sleep(_PAUSE)


def _unanswered(answer: Answer) -> str:
    if answer.status == 200 and answer.service == "shop-svc":
        return ""
    return phrase(
        "http://shop-svc/ should be answered by shop-svc; {client} got: {outcome}.",
        client=_CLIENT,
        outcome=answer.outcome,
    )


def _may_still_come(lab: "Lab", missing: str) -> bool:
    """A Pod that was changed a moment ago may need another; an unfit selector or port needs a person."""
    return bool(missing) and any(e.ports for e in endpoints.read(lab, "shop-svc"))


def stays_for_a_minute(lab: "Lab") -> str:
    """Asks many times: one of several Pods must give all of the answers."""
    try:
        service = lab.object("service/stay-svc")
    except UnknownName as error:
        return error.message
    lab.inside(_CLIENT).wait("http://stay-svc/", timeout=_READY)
    pods = set(lab.inside(_CLIENT).probe("http://stay-svc/", times=_TIMES).pods)
    if len(pods) != 1:
        return phrase(
            "{times} connections of {client} to stay-svc should meet one Pod; they met several.",
            times=_TIMES,
            client=_CLIENT,
        )
    seconds = (service["spec"].get("sessionAffinityConfig") or {}).get("clientIP", {}).get("timeoutSeconds")
    if seconds != 60:
        return phrase(
            "{client} stays with one Pod, but for {seconds} s; it should be 60 s.", client=_CLIENT, seconds=seconds
        )
    if len(endpoints.read(lab, "stay-svc")) < 2:
        return phrase(
            "{client} stays with one Pod, but stay-svc has no other; it should have several to choose from.",
            client=_CLIENT,
        )
    return ""


EXERCISES = (
    Exercise(
        name="02.1",
        missing=answers_inside_and_at_every_node,
        praise=phrase("open-svc answers inside the cluster, and at a port of every node."),
        hints=(
            phrase("Which type of Service adds a port of every node?"),
            phrase(
                "`kubectl expose deployment web` copies the selector of the Deployment. Which port do the Pods have?"
            ),
            phrase("`kubectl expose deployment web --name=open-svc --type=NodePort --port=80 --target-port=8080`"),
        ),
        solutions=written("02.1"),
    ),
    Exercise(
        name="02.2",
        missing=stays_for_a_minute,
        praise=phrase("red stays with one Pod, and is forgotten after a minute without a connection."),
        hints=(
            phrase("Which field of a Service made red stay with one Pod in round 3?"),
            phrase("Its time has a field of its own, below `sessionAffinityConfig`."),
            phrase("`sessionAffinity: ClientIP` and `sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}`"),
        ),
        solutions=written("02.2"),
    ),
    Exercise(
        name="02.3",
        missing=answers_by_its_name,
        praise=phrase("shop-svc has a ready endpoint, and it answers."),
        hints=(
            phrase(
                "Begin at the Service: `kubectl describe service shop-svc`. Without Endpoints, its selector fits no "
                "Pod: `kubectl get pods --show-labels`."
            ),
            phrase("Then the port: `targetPort` is a number, or a name that the container's `ports` list."),
            phrase(
                "Then readiness: `kubectl describe pod -l app=shop` says what the probe got. The "
                "application answers on `/healthz`, and on the paths in `PATHS`."
            ),
        ),
        solutions=written("02.3"),
    ),
)
