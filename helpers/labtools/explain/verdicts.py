"""Why each claim won or lost, once by the API's rules and once by the controller's."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingress_lab.ingress.rules import Rule, api_readings, host_and_path, host_matches, path_matches
from labcore.language.messages import phrase

from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects
from labtools.traefik.reading import Reading
from labtools.traefik.router import LAST, Router

CLASS = "kubernetes.io/ingress.class"
DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"

DROPPED = {  # why Traefik made no router of a rule
    "class": phrase("left out: its class is not this controller's"),
    "namespace": phrase("left out: the controller does not look into this namespace"),
    "annotation": phrase("left out: an annotation cannot be read"),
    "resource": phrase("left out: its backend is not a Service"),
    "no service": phrase("left out: there is no such Service"),
    "external name": phrase("left out: ExternalName Services are not allowed"),
    "no port": phrase("left out: the Service has no such port"),
    "no endpoints": phrase("left out: the Service has no ready Pod"),
    "empty": phrase("left out: neither host nor path, so there is no rule to write"),
    "regexp": phrase("left out: Go cannot read this regular expression"),
    "default with rules": phrase("left out: Traefik reads a default backend only in an Ingress without rules"),
    "default taken": phrase("left out: an older Ingress already has the default backend"),
    "written twice": phrase("left out: written once more, further down in the same Ingress"),
    "middleware": phrase("left out: a middleware that it names does not exist"),
    "snippet": phrase("left out: snippet annotations are not allowed"),
    "odd path": phrase("left out: signs of a regular expression in a path of type Prefix or Exact"),
    "lone canary": phrase("left out: a canary without a rule beside it"),
    "not there": phrase("left out: Traefik has made no router of it"),
    "lost": phrase("left out: another Ingress' rule has the same name inside Traefik, and that one was kept"),
    "entry point": phrase("left out: none of the entry points that it names is there"),
    "auth secret": phrase("left out: the Secret with its passwords is not there, or has no key auth"),
    "disabled": phrase("left out: Traefik has disabled its router"),
    "canary": phrase("takes its share beside the rule with the same host and path"),
}


@dataclass(frozen=True)
class ApiReading:
    """The claims between which the API leaves a URL (mostly one, none: nobody's), and a sentence on every claim."""

    winners: tuple[Claim, ...]
    sentences: tuple[str, ...]  # in the order of the claims


def api_verdicts(claims: Sequence[Claim], url: str, objects: Objects) -> ApiReading:
    """By the comments of IngressRule and HTTPIngressPath in the API reference; see `ingress_lab.ingress.rules`."""
    problems = [class_problem(claim.ingress, objects) for claim in claims]
    served = [claim for claim, problem in zip(claims, problems, strict=True) if not problem]
    winners = api_winners(served, url)
    sentences = [p or _api_sentence(c, winners, url) for c, p in zip(claims, problems, strict=True)]
    return ApiReading(winners, tuple(sentences))


def api_winners(claims: Sequence[Claim], url: str) -> tuple[Claim, ...]:
    """The claims between which the API leaves a URL."""
    best = api_readings([claim.rule for claim in claims], url)
    return tuple(claim for claim in claims if any(claim.rule is rule for rule in best))


def class_problem(ingress: dict, objects: Objects) -> str:
    """Why the API gives an Ingress to no controller, or ""."""
    name = ingress["spec"].get("ingressClassName") or (ingress["metadata"].get("annotations") or {}).get(CLASS)
    there = [c["metadata"]["name"] for c in objects.classes]
    if name:
        return "" if name in there else phrase('out: there is no IngressClass "{name}"', name=name)
    annotations = [c["metadata"].get("annotations") or {} for c in objects.classes]
    return (
        ""
        if any(a.get(DEFAULT_CLASS) == "true" for a in annotations)
        else phrase("out: no class is named, and no class is the default")
    )


def _api_sentence(claim: Claim, winners: Sequence[Claim], url: str) -> str:
    rule, (host, path) = claim.rule, host_and_path(url)
    if claim in winners:
        return _why_first(rule, [winner.rule for winner in winners])
    if rule.is_default:
        return phrase("taken only when no rule fits")
    if not host_matches(rule.host, host):
        return _why_not_host(rule.host, host)
    if not path_matches(rule, path):
        return why_not_path(rule, path)
    first = next(winner.rule for winner in winners if winner.rule.host.lower() == rule.host.lower())
    return _why_later(rule, first)


def _why_first(rule: Rule, first: Sequence[Rule]) -> str:
    if len(first) > 1:
        alike = sum(other.host.lower() == rule.host.lower() for other in first)
        if alike > 1:
            return phrase("may win: the API gives no order of two Ingresses with the same host and path")
        return phrase("may win: the API gives no order of hosts that fit")
    return phrase("wins: no rule fits, so the default backend takes it") if rule.is_default else phrase("wins")


def _why_not_host(of_rule: str, host: str) -> str:
    if of_rule.startswith("*.") and f".{host}".endswith(of_rule[1:].lower()):
        return phrase("a wildcard stands for one label only")
    return phrase("another host")


def why_not_path(rule: Rule, path: str) -> str:
    """The nearest reason for which a path does not fit."""
    bare = rule.path.rstrip("/")
    lower = Rule(rule.host, rule.path.lower(), rule.path_type, rule.service, rule.port)
    if path_matches(lower, path.lower()):
        return phrase("upper and lower case differ")
    if rule.path_type == "Exact":
        return (
            phrase("Exact means exactly {path}", path=rule.path)
            if path.startswith(bare) and bare
            else phrase("another path")
        )
    return (
        phrase("{path} ends inside a part of the path; a prefix ends at a slash", path=rule.path)
        if bare and path.startswith(bare)
        else phrase("another path")
    )


def _why_later(rule: Rule, winner: Rule) -> str:
    """Both fit, and have one host; why the winner goes first."""
    if rule.path.rstrip("/") != winner.path.rstrip("/"):
        return phrase("a longer path goes first: {path}", path=winner.path)
    return phrase("Exact goes before Prefix")


def controller_verdict(claim: Claim, reading: Reading) -> str:
    """Why Traefik takes this claim's router, or another, or made none."""
    routers = [r for r in reading.routers if r.claim == claim]
    alive = [r for r in routers if not r.dropped]
    if not alive:
        why = [r.dropped for r in routers if r.dropped != "class"] or ["class"]
        return DROPPED[why[0]]
    winning = [r for r in reading.winners if r.claim == claim]
    if winning:
        return _why_won(winning[0], reading)
    fitting = [r for r in alive if r.fits(reading.request)]
    if fitting:
        return phrase("{length} characters: tried after the winner", length=fitting[0].match.length)
    return min((_why_not(r, reading) for r in alive), key=lambda ranked: ranked[0])[1]


def _why_won(router: Router, reading: Reading) -> str:
    if router.contested:
        return phrase("undefined: another Ingress' rule has the same name inside Traefik, and one of the two is lost")
    if reading.is_tie:
        return phrase(
            "tie: {length} characters, as long as another's; the order is undefined", length=router.match.length
        )
    if router.order == LAST:
        return phrase("wins: nothing else fits")
    fitting = [r for r in reading.fitting if r.order != LAST]
    return (
        phrase("wins: the only rule that fits")
        if len(fitting) == 1
        else phrase("wins: the longest rule text that fits, {length} characters", length=router.match.length)
    )


def _why_not(router: Router, reading: Reading) -> tuple[int, str]:
    """(how far it got, why no further): smaller is nearer."""
    request, match = reading.request, router.match
    if not match.fits_host(request.host):
        return 3, phrase("the host does not fit")
    if not match.fits_path(request.path):
        return 2, phrase("the regular expression does not fit") if match.kind == "PathRegexp" else phrase(
            "the path does not fit"
        )
    return 1, phrase("does not answer {scheme}", scheme=request.scheme.upper())
