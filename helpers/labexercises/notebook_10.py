"""Exercises 10.1 to 10.3: affinity by a cookie for an hour, by a header, and annotations that are read by nobody."""

import re
from typing import TYPE_CHECKING

from ingress_lab.kube import endpoints
from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "session-affinity"
_BASKET = "http://basket.shop.example.com/"
_API = "http://api.shop.example.com/"
_LOYAL = "http://loyal.shop.example.com/"
_CLIENTS, _TIMES, _SESSIONS = 4, 12, 12
_HOUR = 3600


def keeps_its_clients(lab: "Lab") -> str:
    """A client must stay with its Pod among several, by a cookie that is set as asked."""
    if len(endpoints.read(lab, "basket-svc")) < 2:
        return phrase("basket-svc should have two Pods or more; with one, everybody stays with it anyhow.")
    return _moving(lab, _BASKET) or _cookie_is_wrong(lab.probe(_BASKET)[0].headers.get("Set-Cookie", ""))


def _moving(lab: "Lab", url: str) -> str:
    """Four clients, twelve visits each: a controller that takes turns cannot keep them by chance."""
    (first,) = lab.probe(url)
    if first.status != 200:
        return phrase("{url} should be answered by the shop; it got {outcome}.", url=url, outcome=first.outcome)
    for _ in range(_CLIENTS):
        with lab.client(cookies=True) as client:
            met = len(set(client.probe(url, times=_TIMES).pods))
        if met > 1:
            return phrase(
                "{times} visits of one client, which brings its cookies, should meet one Pod; they met {met}.",
                times=_TIMES,
                met=met,
            )
    return ""


def keeps_sessions(lab: "Lab") -> str:
    """Twelve sessions, four requests each; that all have the same Pod by chance happens once in 170,000 times."""
    met: set[str] = set()
    for session in range(_SESSIONS):
        answers = lab.probe(_API, times=4, headers={"X-Session": f"session-{session}"})
        if answers[0].status != 200:
            return phrase("{url} should be answered by the shop; it got {outcome}.",
                          url=_API, outcome=answers[0].outcome)  # fmt: skip
        pods = set(answers.pods)
        if len(pods) > 1:
            return phrase("4 requests of one session should meet one Pod; they met {met}.", met=len(pods))
        met |= pods
    return "" if len(met) > 1 else phrase("{sessions} sessions should be spread; all met one Pod.", sessions=_SESSIONS)


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
                "`kubectl annotate ingress basket nginx.ingress.kubernetes.io/affinity=cookie ...`, with the other "
                "two; or class `traefik` and the annotations of round 5 on the Service, with "
                "`service.sticky.cookie.maxage`."
            ),
        ),
        solutions=written("10.1"),
    ),
    Exercise(
        name="10.2",
        missing=keeps_sessions,
        praise=phrase("each session stays with one Pod, and the sessions are spread."),
        hints=(
            phrase("No cookie and no address: by what can the controller know a session? Which row of round 5 is it?"),
            phrase("nginx's variable for the header `X-User` is `$http_x_user`."),
            phrase("`kubectl annotate ingress api 'nginx.ingress.kubernetes.io/upstream-hash-by=$http_x_session'`"),
        ),
        solutions=written("10.2"),
    ),
    Exercise(
        name="10.3",
        missing=lambda lab: _moving(lab, _LOYAL),
        praise=phrase("customers of loyal.shop.example.com stay with one Pod."),
        hints=(
            phrase("Which cookies does the first answer of `curl -i` set, and which one is missing?"),
            phrase("Annotations belong to a controller. Which class has the Ingress, and whose annotations are these?"),
            phrase('`kubectl patch ingress loyal --type=merge -p \'{"spec": {"ingressClassName": "nginx"}}\'`'),
        ),
        solutions=written("10.3"),
    ),
)
