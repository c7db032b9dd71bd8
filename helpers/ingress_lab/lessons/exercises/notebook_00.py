"""Exercise 00.1: make a second path answer."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "start-here"


def second_path(lab: "Lab") -> str:
    host = "http://first.example.com"
    return first_elsewhere(lab, {f"{host}/bye": "bye-svc", f"{host}/hello": "hello-svc"})


_WITH_SECOND_PATH = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: first
spec:
  ingressClassName: traefik
  rules:
    - host: first.example.com
      http:
        paths:
          - path: /hello
            pathType: Prefix
            backend: {service: {name: hello-svc, port: {number: 80}}}
          - path: /bye
            pathType: Prefix
            backend: {service: {name: bye-svc, port: {number: 80}}}
"""

_SECOND_INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: second
spec:
  ingressClassName: nginx
  rules:
    - host: first.example.com
      http:
        paths:
          - path: /bye
            pathType: Exact
            backend: {service: {name: bye-svc, port: {number: 80}}}
"""

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
        solutions=(_WITH_SECOND_PATH, _SECOND_INGRESS),
    ),
)
