"""Exercise 12.1: a proxy that waits long enough, and refuses what is too large."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.http.answers import NOBODY
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "reverse-proxy"
_URL = "http://report.proxy.example.com/"
_SLOW = f"{_URL}slow?seconds=1.3"
_FITS, _TOO_LARGE = 3000, 5000


def waits_and_refuses(lab: "Lab") -> str:
    fits = _post(lab, _FITS)
    if fits.status != 200:
        return phrase("a body of {length} bytes should get 200; it got {outcome}.", length=_FITS, outcome=fits.outcome)
    large = _post(lab, _TOO_LARGE)
    if (large.status, large.service) != (413, NOBODY):
        return phrase(
            "a body of {length} bytes should get 413 from the proxy; it got {status}.",
            length=_TOO_LARGE,
            status=large.status or large.error,
        )
    slow = lab.probe(_SLOW)[0]
    if slow.status != 200:
        return phrase("{url} should get 200; it got {outcome}.", url=_SLOW, outcome=slow.outcome)
    return ""


def _post(lab: "Lab", length: int) -> "Answer":
    return lab.probe(_URL, method="POST", body=b"x" * length)[0]


def _solution(*annotations: str) -> str:
    lines = "".join(f"\n    nginx.ingress.kubernetes.io/{line}" for line in annotations)
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: report
  annotations:{lines}
spec:
  ingressClassName: nginx
  rules:
    - host: report.proxy.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: site-svc, port: {{number: 80}}}}}}
"""


_LIMIT = ("proxy-body-size: 4k", 'proxy-request-buffering: "on"')

EXERCISES = (
    Exercise(
        name="12.1",
        missing=waits_and_refuses,
        praise=phrase("slow reports arrive, and large bodies do not."),
        hints=(
            phrase("Two limits: one is too tight, one is not there. Both are annotations of the Ingress."),
            phrase("Rounds 3 and 4 have both. For the body, compare `small` and `strict`."),
            phrase(
                "`proxy-read-timeout` with more seconds, or without the line; `proxy-body-size` with "
                "`proxy-request-buffering`. Each begins with `nginx.ingress.kubernetes.io/`."
            ),
        ),
        solutions=(_solution('proxy-read-timeout: "5"', *_LIMIT), _solution(*_LIMIT)),
    ),
)
