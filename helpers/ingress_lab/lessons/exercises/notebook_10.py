"""Exercise 10.1: each client that brings its cookie stays with one Pod, for an hour."""

import re
from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.kube import endpoints
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "session-affinity"
_URL = "http://basket.shop.example.com/"
_CLIENTS, _TIMES = 4, 12
_HOUR = 3600


def keeps_its_clients(lab: "Lab") -> str:
    """Four clients, twelve visits each: a controller that takes turns cannot keep them by chance."""
    first = lab.probe(_URL)[0]
    if first.status != 200:
        return phrase("{url} should be answered by the shop; it got {outcome}.", url=_URL, outcome=first.outcome)
    if len(endpoints.read(lab, "basket-svc")) < 2:
        return phrase("basket-svc should have two Pods or more; with one, everybody stays with it anyhow.")
    for _ in range(_CLIENTS):
        with lab.client(cookies=True) as client:
            met = len(set(client.probe(_URL, times=_TIMES).pods))
        if met > 1:
            return phrase(
                "{times} visits of one client, which brings its cookies, should meet one Pod; they met {met}.",
                times=_TIMES,
                met=met,
            )
    return _cookie_is_wrong(first.headers.get("Set-Cookie", ""))


def _cookie_is_wrong(header: str) -> str:
    """By the header Set-Cookie of a first answer; several are joined by a comma."""
    match = re.search(r"\bbasket=[^;,]*((?:; *[^;,=]+(?:=[^;,]*)?)*)", header)
    if not match:
        return phrase("the clients stay with one Pod, but the cookie that keeps them is not called basket.")
    age = re.search(r"Max-Age=(\d+)", match[1])
    if not age:
        return phrase("the cookie basket should last for 3600 s (Max-Age); it lasts until the browser is closed.")
    if int(age[1]) != _HOUR:
        return phrase("the cookie basket should last for 3600 s (Max-Age); it lasts for {seconds} s.", seconds=age[1])
    return ""


def _solution(class_name: str, of_service: str = "", of_ingress: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata:
  name: basket-svc{of_service}
spec:
  selector: {{app: shop}}
  ports:
    - {{name: http, port: 80, targetPort: http}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: basket{of_ingress}
spec:
  ingressClassName: {class_name}
  rules:
    - host: basket.shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: basket-svc, port: {{number: 80}}}}}}
"""


_NGINX = """
  annotations:
    nginx.ingress.kubernetes.io/affinity: cookie
    nginx.ingress.kubernetes.io/session-cookie-name: basket
    nginx.ingress.kubernetes.io/session-cookie-max-age: "3600\""""
_OWN = """
  annotations:
    traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
    traefik.ingress.kubernetes.io/service.sticky.cookie.name: basket
    traefik.ingress.kubernetes.io/service.sticky.cookie.maxage: "3600\""""

EXERCISES = (
    Exercise(
        name="10.1",
        missing=keeps_its_clients,
        praise=phrase("each client stays with one Pod, by a cookie basket that lasts for an hour."),
        hints=(
            phrase("The Ingress is of class `nginx`. Which annotations made red stay in round 3?"),
            phrase(
                "Beside `affinity` and `session-cookie-name` there is `session-cookie-max-age`, in seconds. "
                "Annotations are text, so a number needs quotes."
            ),
            phrase(
                '`ingress["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/affinity": "cookie", ...}`; or '
                "class `traefik` and the annotations of round 5 on the Service, with `service.sticky.cookie.maxage`."
            ),
        ),
        solutions=(_solution("nginx", of_ingress=_NGINX), _solution("traefik", of_service=_OWN)),
    ),
)
