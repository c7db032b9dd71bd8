"""Exercises 08.1 to 08.3: session affinity in today's form, an exact path, and a port that is not the Service's."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "old-manifests"
URL = "http://visits.book.example.com/"
SERVICE = "visits-svc"
_REQUESTS = 8
_CLIENTS = 8


def sticks(lab: "Lab") -> str:
    """One client stays with one Pod, by its cookie; clients that come new are spread."""
    with lab.client(cookies=True) as client:
        answers = client.probe(URL, times=_REQUESTS)
    for answer in answers:
        if answer.service != SERVICE:
            return phrase(
                "{url} should be answered by {service}; it got {outcome}.",
                url=URL, service=SERVICE, outcome=answer.outcome,
            )  # fmt: skip
    if "Set-Cookie" not in answers[0].headers:
        return phrase(
            "{url} should be answered by {service} with a cookie; it set none.",
            url=URL, service=SERVICE,
        )  # fmt: skip
    if len(set(answers.pods)) > 1:
        return phrase(
            "a client with a cookie met {met} Pods in {times} requests; it should meet one.",
            met=len(set(answers.pods)), times=_REQUESTS,
        )  # fmt: skip
    if len(set(lab.probe(URL, times=_CLIENTS * 2).pods)) == 1:
        return phrase("all clients meet the same Pod; only its own cookie should keep a client with one.")
    return ""


def one_url(lab: "Lab") -> str:
    """The path itself must answer, and neither what is below it nor what begins alike."""
    host = "http://state.book.example.com"
    return first_elsewhere(lab, {f"{host}/state": "java-svc", f"{host}/state/x": "404", f"{host}/stateful": "404"})


def library(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://library.book.example.com/": "java-svc"})


EXERCISES = (
    Exercise(
        name="08.1",
        missing=sticks,
        praise=phrase("a client with its cookie stays with one Pod, and new clients are spread."),
        hints=(
            phrase("Four lines of this manifest are old: version, class, Service and port. Two are missing."),
            phrase(
                "The annotations about the cookie are still good, for the class they were written for. The missing "
                "lines are `path` and `pathType`."
            ),
            phrase(
                "`tools.upgrade(old)` is an answer, and its `changes` say why. By hand, the backend is "
                "`{service: {name: visits-svc, port: {name: http}}}`."
            ),
        ),
        solutions=written("08.1"),
    ),
    Exercise(
        name="08.2",
        missing=one_url,
        praise=phrase("the one URL is answered, and nothing below or beside it."),
        hints=(
            phrase("`lab upgrade` can do most of it. Which value does it write that you have to decide?"),
            phrase("`kubectl explain ingress.spec.rules.http.paths.pathType` has three values."),
            phrase("`pathType: Exact`, and the class in the field `ingressClassName`"),
        ),
        solutions=written("08.2"),
    ),
    Exercise(
        name="08.3",
        missing=library,
        praise=phrase("the Ingress names a port that the Service has."),
        hints=(
            phrase("Compare `kubectl describe ingress library` with `kubectl describe service java-svc`."),
            phrase("A Service has a port of its own, and a target port in the Pod. Which one does an Ingress name?"),
            phrase("`port: {number: 9080}` or `port: {name: http}`"),
        ),
        solutions=written("08.3"),
    ),
)
