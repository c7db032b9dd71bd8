"""Exercises 12.1 to 12.3: limits that fit, a version for one team, and a proxy that speaks TLS to plain HTTP."""

from typing import TYPE_CHECKING

from ingress_lab.http.answers import NOBODY
from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "reverse-proxy"
_URL = "http://report.proxy.example.com/"
_SLOW = f"{_URL}slow?seconds=1.3"
_FITS, _TOO_LARGE = 3000, 5000


def waits_and_refuses(lab: "Lab") -> str:
    """A body that fits is answered; one that is too large is refused by the proxy, not by the application."""
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


def one_team_gets_the_next(lab: "Lab") -> str:
    """By the header alone: each team ten times, and a client without one."""
    for team, service in (("blue", "next-svc"), ("red", "site-svc"), ("", "site-svc")):
        headers = {"X-Team": team} if team else {}
        answers = lab.probe("http://beta.proxy.example.com/", times=10, headers=headers)
        for got in answers:
            if got.outcome != service:
                return phrase(
                    "with the team {team!r} {service} should answer; it got {outcome}.",
                    team=team, service=service, outcome=got.outcome,
                )  # fmt: skip
    return ""


def orders_are_answered(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://orders.proxy.example.com/": "site-svc"})


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
        solutions=written("12.1"),
    ),
    Exercise(
        name="12.2",
        missing=one_team_gets_the_next,
        praise=phrase("the blue team gets next-svc, and everybody else site-svc."),
        hints=(
            phrase("Two Ingresses for one host, as in round 5: one leads to site-svc, the canary to next-svc."),
            phrase("`canary-by-header` alone knows the values `always` and `never`. Which annotation names another?"),
            phrase(
                '`canary: "true"`, `canary-by-header: X-Team` and `canary-by-header-value: blue`, without a weight.'
            ),
        ),
        solutions=written("12.2"),
    ),
    Exercise(
        name="12.3",
        missing=orders_are_answered,
        praise=phrase("the proxy and the application use the same protocol."),
        hints=(
            phrase(
                "Does the log of the application (`kubectl logs -l app=site`) know of the request? So whose 500 is it?"
            ),
            phrase("Rule, Service and Pods are right. What else does `kubectl describe ingress orders` show?"),
            phrase("`kubectl annotate ingress orders nginx.ingress.kubernetes.io/backend-protocol-` removes it."),
        ),
        solutions=written("12.3"),
    ),
)
