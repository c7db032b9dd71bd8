"""Exercises 03.1 (all other paths), 03.2 (from a node port to the entry) and 03.3 (an Ingress without an answer)."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.errors import UnknownName
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "service-and-ingress"
_MARKET = "http://market.example.com"
_WANTED = {
    f"{_MARKET}/report": "report-svc",
    f"{_MARKET}/report/2026": "report-svc",
    f"{_MARKET}/order": "order-svc",
    f"{_MARKET}/account": "account-svc",
}


_REST = {
    f"{_MARKET}/": "account-svc",
    f"{_MARKET}/help/me": "account-svc",
    f"{_MARKET}/order": "order-svc",
    f"{_MARKET}/order/7": "order-svc",
    f"{_MARKET}/account": "account-svc",
}


def all_other_paths(lab: "Lab") -> str:
    return first_elsewhere(lab, _REST)


def help_answers(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://help.example.com/": "account-svc"})


def by_the_entry_alone(lab: "Lab") -> str:
    """The URLs must answer, and the Service must have no node port."""
    elsewhere = first_elsewhere(lab, _WANTED)
    if elsewhere:
        return elsewhere
    try:
        ports = lab.object("service/report-svc")["spec"]["ports"]
    except UnknownName as error:
        return error.message
    if any(port.get("nodePort") for port in ports):
        return phrase(
            "{market}/report works, but report-svc should have no node port any more; it still has one.", market=_MARKET
        )
    return ""


EXERCISES = (
    Exercise(
        name="03.1",
        missing=all_other_paths,
        praise=phrase("/order goes to order-svc, and everything else to account-svc."),
        hints=(
            phrase("Which path is the beginning of every path? Traefik prefers the longer rule of two that match."),
            phrase("A second Ingress for the same host is enough; the first one may stay as it is."),
            phrase('`kubectl create ingress rest --class=traefik --rule="market.example.com/*=account-svc:80"`'),
        ),
        solutions=written("03.1"),
    ),
    Exercise(
        name="03.2",
        missing=by_the_entry_alone,
        praise=phrase("/report is answered at the entry, and no port of the nodes leads past it."),
        hints=(
            phrase("Two objects: one that chooses by path, and one that opens a port of every node."),
            phrase(
                "An Ingress with the host market.example.com and the path /report, or a third path "
                "of the one that is there; and another `type` of Service."
            ),
            phrase(
                "`type: ClusterIP` in report-svc, and `- {path: /report, pathType: Prefix, backend: "
                "{service: {name: report-svc, port: {number: 80}}}}`"
            ),
        ),
        solutions=written("03.2"),
    ),
    Exercise(
        name="03.3",
        missing=help_answers,
        praise=phrase("help.example.com is answered by the Pods of account."),
        hints=(
            phrase("`kubectl describe ingress help` shows the backend, and the Pods found for it. Are there any?"),
            phrase("A backend names a Service and one of its ports. Compare with `kubectl get service help-svc`."),
            phrase(
                "The Ingress names the Pods' port; it should be the Service's, 80. `kubectl delete ingress help`, then "
                '`kubectl create ingress help --class=traefik --rule="help.example.com/*=help-svc:80"`'
            ),
        ),
        solutions=written("03.3"),
    ),
)
