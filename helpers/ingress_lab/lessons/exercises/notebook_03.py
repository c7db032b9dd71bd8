"""Exercise 03.1: an application moves from a port of every node to a path of the one entry."""

from typing import TYPE_CHECKING

from labcore.errors import UnknownName
from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

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


def by_the_entry_alone(lab: "Lab") -> str:
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


def _solution(class_name: str, name: str, more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata:
  name: report-svc
spec:
  type: ClusterIP
  selector: {{app: report}}
  ports:
    - {{name: http, port: 80, targetPort: http}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
spec:
  ingressClassName: {class_name}
  rules:
    - host: market.example.com
      http:
        paths:{more}
          - path: /report
            pathType: Prefix
            backend: {{service: {{name: report-svc, port: {{number: 80}}}}}}
"""


_BOTH = """
          - path: /order
            pathType: Prefix
            backend: {service: {name: order-svc, port: {number: 80}}}
          - path: /account
            pathType: Prefix
            backend: {service: {name: account-svc, port: {number: 80}}}"""

EXERCISES = (
    Exercise(
        name="03.1",
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
        solutions=(_solution("traefik", "report"), _solution("traefik", "market", _BOTH), _solution("nginx", "report")),
    ),
)
