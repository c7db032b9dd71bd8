"""Exercises 08.1 to 08.3: session affinity in today's form, an exact path, and a port that is not the Service's."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase
from labcore.machine import paths

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

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
    host = "http://state.book.example.com"
    return first_elsewhere(lab, {f"{host}/state": "java-svc", f"{host}/state/x": "404", f"{host}/stateful": "404"})


def library(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://library.book.example.com/": "java-svc"})


def _ingress(name: str, backend: str, annotations: str = "", path: str = "path: /, pathType: Prefix") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, annotations: {{{annotations}}}}}
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.book.example.com
      http: {{paths: [{{{path}, backend: {{service: {backend}}}}}]}}
"""


_LIBRARY = (paths.project() / "manifests/old-manifests/broken/ingress.yaml").read_text(encoding="utf-8")
_BY_NAME, _BY_NUMBER = (f"{{name: visits-svc, port: {{{port}}}}}" for port in ("name: http", "number: 80"))
_JAVA = "{name: java-svc, port: {name: http}}"
_COOKIE = "nginx.ingress.kubernetes.io/affinity: cookie"
_NAMED = f"{_COOKIE}, nginx.ingress.kubernetes.io/session-cookie-name: route"
_TRAEFIK = f"""{_ingress("visits", _BY_NAME).replace("nginx", "traefik").strip()}
---
apiVersion: v1
kind: Service
metadata:
  name: visits-svc
  annotations: {{traefik.ingress.kubernetes.io/service.sticky.cookie: "true"}}
spec:
  selector: {{app: visits}}
  ports: [{{name: http, port: 80, targetPort: http}}]
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
        solutions=(_ingress("visits", _BY_NAME, _NAMED), _ingress("visits", _BY_NUMBER, _COOKIE), _TRAEFIK),
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
        solutions=(_ingress("state", _JAVA, path="path: /state, pathType: Exact"),),
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
        solutions=(_LIBRARY.replace("number: 8080", "number: 9080"), _LIBRARY.replace("number: 8080", "name: http")),
    ),
)
