"""Exercises 13.1 (an Ingress as an HTTPRoute), 13.2 (one team gets in) and 13.3 (two faults, which a status names)."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "gateway-api"
_HOST = "portal.gateway.example.com"
_OWN = "own.gateway.example.com"
_PORTAL = f"http://{_HOST}"


def portal(lab: "Lab") -> str:
    """The Services answer, and their applications saw these paths; a prefix ends at a slash."""
    urls = {f"{_PORTAL}/legacy": "legacy-svc", f"{_PORTAL}/java/list": "java-svc", f"{_PORTAL}/javascript": "404"}
    if elsewhere := first_elsewhere(lab, urls):
        return elsewhere
    for url, path in zip(urls, ("/", "/java/list"), strict=False):
        seen = lab.probe(url)[0].path
        if seen != path:
            return phrase("{url} should arrive as {path}; the application saw {seen}.", url=url, path=path, seen=seen)
    number = sum(_HOST in route["spec"].get("hostnames", []) for route in lab.objects("httproutes"))
    return "" if number == 1 else phrase("One HTTPRoute should have both rules for {host}.", host=_HOST)


def only_the_team(lab: "Lab") -> str:
    wanted = {"http://guest.gateway.example.com/": "team-svc", f"http://{_OWN}/": "404"}
    return first_elsewhere(lab, wanted) or _changed(lab)


def _changed(lab: "Lab") -> str:
    """404 for `own` has to be the Gateway's doing: without this route, or with another, it would come as well."""
    for spec in (route["spec"] for route in lab.objects("httproutes") if route["metadata"]["name"] == "own"):
        if (spec.get("hostnames"), [ref["name"] for ref in spec.get("parentRefs", [])]) == ([_OWN], ["teams"]):
            return ""
    return phrase("The HTTPRoute own should be there as it was: the Gateway has to refuse it.")


def tickets(lab: "Lab") -> str:
    return first_elsewhere(lab, {"http://tickets.gateway.example.com/buy": "java-svc"})


EXERCISES = (
    Exercise(
        name="13.1", missing=portal,
        praise=phrase("the old application sees /, the new one its own path, and one object holds both rules."),
        hints=(
            phrase("One HTTPRoute for the Gateway `public`, with one host and two rules. Which rule needs a filter?"),
            phrase("The filter is `URLRewrite`, as in round 3. Its path can replace the prefix, or the full path."),
            phrase("`filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: "
                   "/}}}]` in the rule for /legacy, and no filter in the rule for /java."),
        ),
        solutions=written("13.1"),
    ),
    Exercise(
        name="13.2", missing=only_the_team,
        praise=phrase("the team's route is attached, and this namespace's is not."),
        hints=(
            phrase("Who decides which routes a listener takes: the Gateway or the route? Where does `Same` stand?"),
            phrase("`kubectl explain gateway.spec.listeners.allowedRoutes.namespaces.from` lists what else there is."),
            phrase("`namespaces: {from: Selector, selector: {matchLabels: {...}}}`. Each namespace has the label "
                   "`kubernetes.io/metadata.name` with its own name."),
        ),
        solutions=written("13.2"),
    ),
    Exercise(
        name="13.3", missing=tickets,
        praise=phrase("the route is attached, and its Service is found."),
        hints=(
            phrase("Read both conditions of the route: `kubectl get httproute tickets -o yaml`. How many are False?"),
            phrase("`NoMatchingListenerHostname`: a listener may name a host, too, and the two have to fit. "
                   "`BackendNotFound`: its message says what was not found."),
            phrase("The listener names `*.tickets.example.com`: change it, or take the line away. The Service java-svc "
                   "has the port 9080."),
        ),
        solutions=written("13.3"),
    ),
)  # fmt: skip
