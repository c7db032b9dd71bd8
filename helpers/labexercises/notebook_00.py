"""Exercises 00.1 to 00.3: a second path, a second host, and a Service that finds no Pod."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "start-here"


def second_path(lab: "Lab") -> str:
    host = "http://first.example.com"
    return first_elsewhere(lab, {f"{host}/bye": "bye-svc", f"{host}/hello": "hello-svc"})


def second_host(lab: "Lab") -> str:
    host = "http://second.example.com"
    return first_elsewhere(lab, {f"{host}/": "bye-svc", f"{host}/any/path": "bye-svc"})


def third_host(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://third.example.com/": "hello-svc"})


EXERCISES = (
    Exercise(
        name="00.1",
        missing=second_path,
        praise=phrase("/bye goes to bye-svc, and /hello still goes to hello-svc."),
        hints=(
            phrase(
                "Which object says where the path /hello goes? Look at it once more: "
                "`manifests/start-here/ingress.yaml`."
            ),
            phrase("An Ingress has a list of paths: `spec.rules[0].http.paths`. It may have more than one entry."),
            phrase(
                "One entry more: "
                "`- {path: /bye, pathType: Prefix, backend: {service: {name: bye-svc, port: {number: 80}}}}`"
            ),
        ),
        solutions=written("00.1"),
    ),
    Exercise(
        name="00.2",
        missing=second_host,
        praise=phrase("every path of second.example.com goes to bye-svc."),
        hints=(
            phrase("A rule has a host and a path. Which path is the beginning of every path?"),
            phrase("The form is `HOST/PATH*=SERVICE:PORT`; the star makes the path a Prefix. Put it between quotes."),
            phrase('`kubectl create ingress second-host --class=traefik --rule="second.example.com/*=bye-svc:80"`'),
        ),
        solutions=written("00.2"),
    ),
    Exercise(
        name="00.3",
        missing=third_host,
        praise=phrase("third.example.com answers from hello-svc's Pod."),
        hints=(
            phrase("Go the way of the request: Ingress, Service, Pods. Which of them is there, and which is empty?"),
            phrase(
                "`kubectl describe service third-svc` shows its Selector and its Endpoints; "
                "`kubectl get pods --show-labels` shows what could be selected."
            ),
            phrase("`kubectl set selector service third-svc app=hello`"),
        ),
        solutions=written("00.3"),
    ),
)
