"""Why each claim won or lost, once by the API's rules and once by the controller's."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingress_lab.ingress.ingress_paths import Claim
from ingress_lab.ingress.rules import Rule, api_reading, host_and_path, host_matches, path_matches
from ingress_lab.kube.objects import Objects

from labtools.explain.words import words
from labtools.traefik.reading import Reading
from labtools.traefik.router import LAST, Router

CLASS = "kubernetes.io/ingress.class"
DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"


@dataclass(frozen=True)
class ApiReading:
    """The claim that the API gives a URL to (None: nobody's), and a sentence on every claim."""

    winner: Claim | None
    sentences: tuple[str, ...]  # in the order of the claims


def api_verdicts(claims: Sequence[Claim], url: str, objects: Objects) -> ApiReading:
    """By the comments of IngressRule and HTTPIngressPath in the API reference; see `ingress_lab.ingress.rules`."""
    problems = [class_problem(claim.ingress, objects) for claim in claims]
    served = [claim for claim, problem in zip(claims, problems, strict=True) if not problem]
    best = api_reading([claim.rule for claim in served], url)
    winner = next((claim for claim in served if claim.rule is best), None)
    sentences = [p or _api_sentence(c, winner, url) for c, p in zip(claims, problems, strict=True)]
    return ApiReading(winner, tuple(sentences))


def class_problem(ingress: dict, objects: Objects) -> str:
    """Why the API gives an Ingress to no controller, or ""."""
    name = ingress["spec"].get("ingressClassName") or (ingress["metadata"].get("annotations") or {}).get(CLASS)
    there = [c["metadata"]["name"] for c in objects.classes]
    if name:
        return "" if name in there else words("api_class", name=name)
    annotations = [c["metadata"].get("annotations") or {} for c in objects.classes]
    return "" if any(a.get(DEFAULT_CLASS) == "true" for a in annotations) else words("api_no_class")


def _api_sentence(claim: Claim, winner: Claim | None, url: str) -> str:
    rule, (host, path) = claim.rule, host_and_path(url)
    if claim is winner:
        return words("wins_default" if rule.is_default else "wins")
    if rule.is_default:
        return words("only_default")
    if not host_matches(rule.host, host):
        return words(_why_not_host(rule.host, host))
    if not path_matches(rule, path):
        return why_not_path(rule, path)
    return _why_later(rule, winner.rule) if winner else ""


def _why_not_host(wanted: str, host: str) -> str:
    return "one_label" if wanted.startswith("*.") and f".{host}".endswith(wanted[1:].lower()) else "other_host"


def why_not_path(rule: Rule, path: str) -> str:
    """The nearest reason for which a path does not fit."""
    bare = rule.path.rstrip("/")
    lower = Rule(rule.host, rule.path.lower(), rule.path_type, rule.service, rule.port)
    if path_matches(lower, path.lower()):
        return words("case")
    if rule.path_type == "Exact":
        return words("not_exact", path=rule.path) if path.startswith(bare) and bare else words("other_path")
    return words("inside_element", path=rule.path) if bare and path.startswith(bare) else words("other_path")


def _why_later(rule: Rule, winner: Rule) -> str:
    """Both fit; why the winner goes first."""
    if rule.host != winner.host:
        return words("less_exact_host", host=winner.host)
    if rule.path.rstrip("/") != winner.path.rstrip("/"):
        return words("shorter_path", path=winner.path)
    return words("exact_first" if rule.path_type != winner.path_type == "Exact" else "older")


def controller_verdict(claim: Claim, reading: Reading) -> str:
    """Why Traefik takes this claim's router, or another, or made none."""
    routers = [r for r in reading.routers if r.claim == claim]
    alive = [r for r in routers if not r.dropped]
    if not alive:
        why = [r.dropped for r in routers if r.dropped != "class"] or ["class"]
        return words(f"dropped {why[0]}")
    winning = [r for r in reading.winners if r.claim == claim]
    if winning:
        return _why_won(winning[0], reading)
    fitting = [r for r in alive if r.fits(reading.request)]
    if fitting:
        return words("shorter_text", length=fitting[0].match.length)
    return min((_why_not(r, reading) for r in alive), key=lambda found: found[0])[1]


def _why_won(router: Router, reading: Reading) -> str:
    if router.contested:
        return words("contested")
    if reading.is_tie:
        return words("tie", length=router.match.length)
    if router.order == LAST:
        return words("catch_all")
    fitting = [r for r in reading.fitting if r.order != LAST]
    return words("alone") if len(fitting) == 1 else words("longest", length=router.match.length)


def _why_not(router: Router, reading: Reading) -> tuple[int, str]:
    """(how far it got, why no further): smaller is nearer."""
    request, match = reading.request, router.match
    if not match.fits_host(request.host):
        return 3, words("not_host")
    if not match.fits_path(request.path):
        return 2, words("not_regexp" if match.kind == "PathRegexp" else "not_path")
    return 1, words("not_scheme", scheme=request.scheme.upper())
