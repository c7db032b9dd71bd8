"""Exercises 02.1 (a Service that nobody answers behind) and 02.2 (one client, one Pod, for a minute)."""

import time
from typing import TYPE_CHECKING

from labcore.errors import UnknownName
from labcore.language.messages import phrase

from ingress_lab.http.answers import Answer
from ingress_lab.kube import endpoints
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "services"
_CLIENT = "red"
_TIMES = 12  # by chance one of three Pods answers all of them once in 177,147 tries
_READY = 5.0  # seconds that a mended Pod may take to become ready, and every node to hear of it
_PAUSE = 0.1


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


_MENDED_PODS = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: app
          image: python:3.13-alpine
          command: [python, app.py]
          workingDir: /app
          env:
            - {name: SERVICE, value: shop-svc}
            - {name: PATHS, value: PATHS_HERE}
            - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          ports:
            - {name: http, containerPort: 8080}
          readinessProbe:
            httpGet: {path: PROBE_HERE, port: http}
            periodSeconds: 1
          volumeMounts:
            - {name: app, mountPath: /app}
      volumes:
        - name: app
          configMap: {name: app}
"""

_MENDED_SERVICE = """---
apiVersion: v1
kind: Service
metadata:
  name: shop-svc
spec:
  selector: {app: shop}
  ports:
    - {name: http, port: 80, targetPort: TARGET_HERE}
"""


def _mended(probe: str, paths: str, target: str) -> str:
    pods = _MENDED_PODS.replace("PROBE_HERE", probe).replace("PATHS_HERE", paths)
    return pods + _MENDED_SERVICE.replace("TARGET_HERE", target)


def _stay(more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata:
  name: stay-svc
spec:
  selector: {{app: web}}
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP: {{timeoutSeconds: 60}}{more}
  ports:
    - {{name: http, port: 80, targetPort: http}}
"""


EXERCISES = (
    Exercise(
        name="02.1",
        missing=answers_by_its_name,
        praise=phrase("shop-svc has a ready endpoint, and it answers."),
        hints=(
            phrase(
                'Begin at the Service: `lab.endpoints("shop-svc")`. An empty table means that its selector fits no Pod.'
            ),
            phrase("Then the port: `targetPort` is a number, or a name that the container's `ports` list."),
            phrase(
                'Then readiness: `lab.events("deployment/shop")` says what the probe got. The '
                "application answers on `/healthz`, and on the paths in `PATHS`."
            ),
        ),
        solutions=(
            _mended("/healthz", "/", "http"),
            _mended("/healthz", "/", "8080"),
            _mended("/health", "/ /health", "http"),
        ),
    ),
    Exercise(
        name="02.2",
        missing=stays_for_a_minute,
        praise=phrase("red stays with one Pod, and is forgotten after a minute without a connection."),
        hints=(
            phrase("Which field of a Service made red stay with one Pod in round 4?"),
            phrase("Its time has a field of its own, below `sessionAffinityConfig`."),
            phrase("`sessionAffinity: ClientIP` and `sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}`"),
        ),
        solutions=(_stay(), _stay("\n  type: NodePort")),
    ),
)
