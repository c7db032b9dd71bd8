"""Exercises 14.1 to 14.3: answers as nginx gives them, an Ingress that has to stay, and a cut-over under load."""

from typing import TYPE_CHECKING

from ingress_lab.http import client_losses
from ingress_lab.http.answers import NOBODY
from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "leaving"
_NGINX = "service/real-nginx.real-nginx"
_BY_NGINX = "X-Request-ID"
"""A header that nginx adds, and Traefik does not: it tells which way a request came."""
_HALL, _GATE, _YARD, _NEWS = (f"http://{name}.leaving.example.com/" for name in ("hall", "gate", "yard", "news"))
_PLACES = ("guide/guide", "guide/guide/a", "guide/Terms", "guide/terms", "guide/Terms/x", "maps/maps/a", "maps/maps")
_ASKED = ["http://{}.leaving.example.com/{}".format(*place.split("/", 1)) for place in _PLACES]
_NOTE, _GUARD = "leaving.example.com/stays", "denylist-source-range"
_ENOUGH = 20


def answers_as_nginx(lab: "Lab") -> str:
    """The same URLs at nginx and at the entry, compared one by one."""
    for before, after in zip(lab.inside("red").probe(_ASKED, to=_NGINX), lab.probe(_ASKED), strict=True):
        if before.service == NOBODY and not before.location:
            return phrase("nginx should answer {url}; it got {outcome}.", url=before.url, outcome=before.outcome)
        if _what(before) != _what(after):
            words = {"before": _what(before), "after": _what(after)}
            return phrase("{url} gets {before} from nginx, and {after} at the entry.", url=before.url, **words)
    return ""


def _what(answer: "Answer") -> str:
    return f"{answer.outcome} {answer.location or answer.path}".strip()


def one_stays(lab: "Lab") -> str:
    """Two are served at the entry, the third by nginx alone, and a note says why."""
    if missing := first_elsewhere(lab, {_HALL: "web-svc", _YARD: "web-svc", _GATE: "404"}):
        return missing
    if (host := lab.probe(_HALL)[0].host) != "hall.internal":
        return phrase("the application should see the host hall.internal; it sees {host}.", host=host)
    if (gate := lab.inside("red").probe(_GATE, to=_NGINX)[0]).service != "web-svc":
        return phrase("nginx should still serve {url}; it got {outcome}.", url=_GATE, outcome=gate.outcome)
    if _GUARD not in lab.object("ingress/gate")["metadata"].get("annotations", {}).get(_NOTE, ""):
        return phrase("the annotation {note} of the Ingress gate should name what has no equivalent.", note=_NOTE)
    return ""


def moved_without_a_loss(lab: "Lab") -> str:
    """No request goes by nginx any more, and the client that asked all the time was answered each time."""
    answers = lab.probe([_NEWS] * _ENOUGH)
    if failed := next((answer for answer in answers if answer.service != "web-svc"), None):
        return phrase("{url} should be answered by web-svc; it got {outcome}.", url=_NEWS, outcome=failed.outcome)
    if by_nginx := sum(_BY_NGINX in answer.seen for answer in answers):
        return phrase("{number} of {times} requests still go by nginx.", number=by_nginx, times=_ENOUGH)
    asked = client_losses.read(lab, "pod/asker")
    if lost := sum(not one.answered for one in asked):
        return phrase(
            "{lost} of {sent} requests of the Pod asker were lost. Set the weight back, delete and apply this Pod, "
            "and move once more.", lost=lost, sent=len(asked),
        )  # fmt: skip
    return "" if asked else phrase("the Pod asker should send requests during the cut-over; it has sent none.")


EXERCISES = (
    Exercise(
        "14.1", answers_as_nginx, phrase("the entry answers these URLs as nginx does."),
        (
            phrase("Ask both sides for the URL that is named. Which of the five surprises is it?"),
            phrase("Round 4 has a repair for each of them: two change a path, one adds an Ingress."),
            phrase("`path: /guide.*` with `use-regex`; `use-regex` on `terms` as well; and one more Ingress for the "
                   "path `/maps$`, with `use-regex` and `permanent-redirect`."),
        ), written("14.1"),
    ),
    Exercise(
        "14.2", one_stays, phrase("two Ingresses are moved, and the third stays, with the reason written on it."),
        (
            phrase("`lab migrate FOLDER --ingress-class real-nginx --to provider` says "
                   "what becomes of each annotation."),
            phrase("An Ingress without its guard lets in whom it should keep out. Such a one is not moved."),
            phrase("Give `hall` and `yard` the class `nginx`; and `kubectl annotate ingress gate "
                   'leaving.example.com/stays="denylist-source-range has no equivalent"`'),
        ), written("14.2"),
    ),
    Exercise(
        "14.3", moved_without_a_loss, phrase("none was lost. Traefik hid a wrong port: once refused, it asked nginx."),
        (
            phrase("Why does nginx answer all at weight 50? When one server refuses, Traefik asks another."),
            phrase("Compare `kubectl describe service news-svc` with `kubectl describe service web-svc`."),
            phrase("Let `news-new` lead to `web-svc`, or correct `targetPort` of `news-svc`, ask once more, and only "
                   "then raise the weight."),
        ), written("14.3"),
    ),
)  # fmt: skip
