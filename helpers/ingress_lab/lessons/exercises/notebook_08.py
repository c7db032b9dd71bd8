"""Exercise 08.1: session affinity, from the form of old books to today's."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise

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


def _ingress(annotations: str = "", class_name: str = "nginx", port: str = "name: http") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: visits{annotations}
spec:
  ingressClassName: {class_name}
  rules:
    - host: visits.book.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: visits-svc
                port:
                  {port}
"""


_COOKIE = """
  annotations:
    nginx.ingress.kubernetes.io/affinity: cookie"""
_NAMED = f"""{_COOKIE}
    nginx.ingress.kubernetes.io/session-cookie-name: route"""

_TRAEFIK = f"""{_ingress(class_name="traefik").strip()}
---
apiVersion: v1
kind: Service
metadata:
  name: visits-svc
  annotations:
    traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
spec:
  selector: {{app: visits}}
  ports:
    - {{name: http, port: 80, targetPort: http}}
"""

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
        solutions=(
            _ingress(_NAMED),
            _ingress(_COOKIE, port="number: 80"),
            _TRAEFIK,
        ),
    ),
)
