"""Exercises 07.1 (three routes), 07.2 (an application that only knows /) and 07.3 (a rewriting that does too much)."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "url-mapping"
_MARKET = "http://market.example.com"
_TWELVE = {
    f"{_MARKET}/order": "order",
    f"{_MARKET}/order/": "order",
    f"{_MARKET}/order/17?paid=no": "order",
    f"{_MARKET}/order/archive": "a",
    f"{_MARKET}/order/archive/2025": "a",
    f"{_MARKET}/order/archived": "order",
    f"{_MARKET}/": "test",
    f"{_MARKET}/elsewhere": "test",
    f"{_MARKET}/orders": "test",
    f"{_MARKET}/Order": "test",
    f"{_MARKET}/x/order": "test",
    "http://nobody.market.example.com/order": "404",
}


def only_knows_the_root(lab: "Lab") -> str:
    """The application must be asked for `/`: it sees the rewritten path."""
    return _reached(lab, "http://legacy.example.com/order", "legacy-svc", "/")


def portal(lab: "Lab") -> str:
    host = "http://portal.example.com"
    return _reached(lab, f"{host}/legacy", "legacy-svc", "/") or _reached(lab, f"{host}/a/list", "a", "/a/list")


def _reached(lab: "Lab", url: str, service: str, path: str) -> str:
    """What is not yet so: the Service answers, and its application saw this path."""
    elsewhere, seen = first_elsewhere(lab, {url: service}), lab.probe(url)[0].path
    if elsewhere or seen == path:
        return elsewhere
    return phrase("{url} should arrive as {path}; the application saw {seen}.", url=url, path=path, seen=seen)


EXERCISES = (
    Exercise(
        name="07.1",
        missing=lambda lab: first_elsewhere(lab, _TWELVE),
        praise=phrase("all twelve URLs go where they should."),
        hints=(
            phrase("One Ingress with one host and three paths is enough."),
            phrase(
                "`pathType: Prefix` compares element by element, so `/order` does not match `/orders`, "
                "and the longest other path that fits takes it."
            ),
            phrase(
                "The rest is what `path: /` with `pathType: Prefix` matches: `- {path: /, pathType: "
                "Prefix, backend: {service: {name: test, port: {number: 80}}}}`"
            ),
        ),
        solutions=written("07.1"),
    ),
    Exercise(
        name="07.2",
        missing=only_knows_the_root,
        praise=phrase("/order works, and the application saw the path /."),
        hints=(
            phrase(
                "Which path did the application see? It only knows /. Which object stands between it and the client, "
                "and may change the request on its way?"
            ),
            phrase(
                "An Ingress has no field for rewriting: it is an annotation of the controller, here of class `nginx`."
            ),
            phrase(
                "`nginx.ingress.kubernetes.io/rewrite-target: /` on an Ingress for the host "
                "legacy.example.com with the path /order."
            ),
        ),
        solutions=written("07.2"),
    ),
    Exercise(
        name="07.3",
        missing=portal,
        praise=phrase("the old application sees /, and the new one the path that the client sent."),
        hints=(
            phrase("What answers 400: an application or the controller? How does the path change on its way?"),
            phrase("An annotation belongs to an Ingress, and counts for all of its paths. Which path needs it?"),
            phrase(
                "Two Ingresses for the host portal.example.com: one with /legacy and the annotation, and one with /a "
                "and without it."
            ),
        ),
        solutions=written("07.3"),
    ),
)
