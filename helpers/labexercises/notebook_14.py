"""Exercises 14.1 to 14.3: answers as nginx gives them, an Ingress that has to stay, and a cut-over under load."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.errors import TimedOut
from labcore.language.messages import phrase

from labexercises import written
from labexercises.cut_over import BY_NGINX, moved_without_a_loss

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "leaving"
_NGINX = "service/real-nginx.real-nginx"
_HALL, _GATE, _YARD = (f"http://{name}.leaving.example.com/" for name in ("hall", "gate", "yard"))
_GUIDE, _MAPS = "http://guide.leaving.example.com", "http://maps.leaving.example.com"
_BEFORE = {
    f"{_GUIDE}/guide": "web-svc /",
    f"{_GUIDE}/guide/a": "web-svc /",
    f"{_GUIDE}/GUIDE/a": "web-svc /",
    f"{_GUIDE}/guidebook": "web-svc /",
    f"{_GUIDE}/Terms": "api-svc /Terms",
    f"{_GUIDE}/terms": "api-svc /terms",
    f"{_GUIDE}/Terms/x": "api-svc /Terms/x",
    f"{_MAPS}/maps/a": "web-svc /maps/a",
    f"{_MAPS}/maps": f"301 {_MAPS}/maps/",
}
"""What nginx gives by the Ingresses with -old, as the exercise begins with them."""
_NOTE, _GUARD = "leaving.example.com/stays", "denylist-source-range"
_KEPT = {
    "allowlist-source-range": "10.0.0.0/8,127.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
    _GUARD: "192.0.2.0/24",
}
_ENOUGH = 20


def answers_as_nginx(lab: "Lab") -> str:
    """The same URLs at nginx, whose answers stay, and at the entry, which gives them without nginx."""
    for before, after in zip(lab.inside("red").probe(_BEFORE, to=_NGINX), lab.probe(list(_BEFORE)), strict=True):
        words = {"url": before.url, "before": _what(before), "after": _what(after), "wanted": _BEFORE[before.url]}
        if _what(before) != _BEFORE[before.url]:
            return phrase("nginx should still give {wanted} for {url}; it gives {before}.", **words)
        if _what(before) != _what(after):
            return phrase("{url} gets {before} from nginx, and {after} at the entry.", **words)
        if BY_NGINX in after.seen:
            return phrase("the entry should answer {url} itself; it hands the request on to nginx.", **words)
    return ""


def _what(answer: "Answer") -> str:
    return f"{answer.outcome} {answer.location or answer.path}".strip()


def one_stays(lab: "Lab") -> str:
    """Two are served at the entry with what their annotations do, the third by nginx alone, with the reason on it."""
    return _two_moved(lab) or _left_by_nginx(lab) or _third_kept(lab)


def _two_moved(lab: "Lab") -> str:
    if missing := first_elsewhere(lab, {_HALL: "web-svc", _GATE: "404"}):
        return missing
    if (host := lab.probe(_HALL)[0].host) != "hall.internal":
        return phrase("the application should see the host hall.internal; it sees {host}.", host=host)
    outcomes = {answer.outcome: answer for answer in lab.probe(_YARD, times=_ENOUGH)}
    if others := [outcome for outcome in outcomes if outcome not in ("web-svc", "429")]:
        return phrase("{url} should be answered by web-svc; it got {outcome}.", url=_YARD, outcome=others[0])
    if "429" not in outcomes:
        return phrase("of {times} requests at once {url} should refuse some; all passed.", times=_ENOUGH, url=_YARD)
    return ""


def _left_by_nginx(lab: "Lab") -> str:
    for url in (_HALL, _YARD):
        try:
            lab.inside("red").wait(url, to=_NGINX, status=404, timeout=2)
        except TimedOut:
            return phrase("{url} is moved when nginx serves it no more; it still does.", url=url)
    return ""


def _third_kept(lab: "Lab") -> str:
    if (gate := lab.inside("red").probe(_GATE, to=_NGINX)[0]).service != "web-svc":
        return phrase("nginx should still serve {url}; it got {outcome}.", url=_GATE, outcome=gate.outcome)
    annotations = lab.object("ingress/gate")["metadata"].get("annotations", {})
    for name, value in _KEPT.items():
        if annotations.get(f"nginx.ingress.kubernetes.io/{name}") != value:
            return phrase("the Ingress gate should keep its annotation {name}, with the value {value}.",
                          name=name, value=value)  # fmt: skip
    named = [name for name in _KEPT if name in annotations.get(_NOTE, "")]
    if named != [_GUARD]:
        return phrase("the annotation {note} of the Ingress gate should name what has no equivalent, and nothing else.",
                      note=_NOTE)  # fmt: skip
    return ""


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
