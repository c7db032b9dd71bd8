"""Three readers of one URL and the same claims: the API's text, Traefik's provider for Ingresses, and nginx."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingress_lab.ingress.controller_flags import OWN_CONTROLLER, Flags
from ingress_lab.ingress.rules import host_and_path, host_matches, path_matches
from labcore.language.messages import joined, phrase

from labtools.explain import verdicts
from labtools.explain.answerer import OR
from labtools.traefik import own
from labtools.traefik.ingress_paths import Claim, claims_of
from labtools.traefik.objects import Objects
from labtools.traefik.reading import Reading, Routing
from labtools.traefik.router import LAST, Router
from labtools.urls import nginx, nginx_config
from labtools.urls.typed import Typed

CLASS = "traefik"
_OF_CLASS = {"metadata": {"name": CLASS}, "spec": {"controller": OWN_CONTROLLER}}
API, TRAEFIK, NGINX = "api", "traefik", "nginx"
NAMES = {API: phrase("the API's text"), TRAEFIK: "Traefik", NGINX: "nginx"}


@dataclass(frozen=True)
class Read:
    """What one reader makes of a URL. `outcomes`: Services or statuses, several where the order is open.

    `host` and `path` are what it compares with its rules. Of every claim: does it fit, does it win, and why.
    """

    name: str
    host: str
    path: str
    outcomes: frozenset[str]
    because: str
    fits: tuple[bool, ...]
    wins: tuple[bool, ...]
    why: tuple[str, ...]

    @property
    def answer(self) -> str:
        """The outcomes as one text; "-" where an older configuration answers."""
        return joined(OR, sorted(self.outcomes)) if self.outcomes else nginx.UNCHANGED

    def only(self, numbers: Sequence[int]) -> "Read":
        """The same of some claims."""
        fits = tuple(self.fits[n] for n in numbers)
        wins = tuple(self.wins[n] for n in numbers)
        return replace(self, fits=fits, wins=wins, why=tuple(self.why[n] for n in numbers))


def as_of_one_class(objects: Objects) -> Objects:
    """The same objects with every Ingress of Traefik's class: the readers are to be compared, not the classes."""
    return replace(objects, ingresses=tuple(map(_of_class, objects.ingresses)), classes=(_OF_CLASS,))


def _of_class(ingress: dict) -> dict:
    return ingress | {"spec": (ingress.get("spec") or {}) | {"ingressClassName": CLASS}}


class Rules:
    """Ingresses of one class as the three readers have them; the claims stand in the order of the objects."""

    def __init__(self, objects: Objects, flags: Flags) -> None:
        self._objects = objects
        self.claims = claims_of(objects.ingresses)
        self._routing = Routing(own.routers(objects, flags))
        self._routers: dict[Claim, tuple[Router, ...]] = {}
        for router in self._routing.routers:
            self._routers[router.claim] = (*self._routers.get(router.claim, ()), router)
        self._config = nginx_config.config(self.claims)

    def read(self, typed: Typed) -> list[Read]:
        """What each makes of a GET."""
        return [self.by_api(typed), self.by_traefik(typed), self.by_nginx(typed)]

    def by_api(self, typed: Typed) -> Read:
        """The text of the API reference, which has no order for hosts, and says nothing of encodings or dots."""
        said = verdicts.api_verdicts(self.claims, typed.url, self._objects)
        host, path = host_and_path(typed.url)
        rules = [claim.rule for claim in self.claims]
        fits = [not rule.is_default and host_matches(rule.host, host) and path_matches(rule, path) for rule in rules]
        wins = [any(claim is winner for winner in said.winners) for claim in self.claims]
        outcomes = frozenset(claim.service for claim in said.winners) or frozenset({"404"})
        return Read(API, host, path, outcomes, _of_api(said), tuple(fits), tuple(wins), said.sentences)

    def traefik(self, typed: Typed) -> Reading:
        """Traefik's reading alone, without sentences."""
        return self._routing.read(typed.url)

    def nginx(self, typed: Typed) -> nginx.Reading:
        """nginx's reading alone, without sentences."""
        return nginx.reading(self._config, typed, self._objects)

    def by_traefik(self, typed: Typed) -> Read:
        """Traefik's provider kubernetesIngress, with the flags of the controller."""
        found = self.traefik(typed)
        request = found.request
        fitting = set() if request.status else {router.claim for router in found.fitting}
        winning = {router.claim for router in found.winners}
        return Read(
            TRAEFIK,
            request.host.removesuffix("."),
            request.path,
            found.outcomes,
            _of_traefik(found),
            tuple(claim in fitting for claim in self.claims),
            tuple(claim in winning for claim in self.claims),
            tuple(self._of_router(claim, found, winning) for claim in self.claims),
        )

    def _of_router(self, claim: Claim, found: Reading, winning: set[Claim]) -> str:
        """A loser's sentence needs its own routers only: of hundreds of rules each is looked at once."""
        if found.request.status:
            return phrase("not looked at")
        near = found if claim in winning else replace(found, routers=self._routers[claim])
        return verdicts.controller_verdict(claim, near)

    def by_nginx(self, typed: Typed) -> Read:
        """nginx with the configuration that ingress-nginx would write for Ingresses without annotations."""
        found = self.nginx(typed)
        return Read(
            NGINX,
            found.seen.host,
            found.seen.path,
            frozenset({found.outcome} - {nginx.UNCHANGED}),
            nginx.because(found),
            tuple(nginx.fits(found, claim) for claim in self.claims),
            tuple(found.winner is claim for claim in self.claims),
            tuple(nginx.verdicts(found, self.claims)),
        )


def _of_api(said: verdicts.ApiReading) -> str:
    if len(said.winners) > 1:
        return phrase("the API gives no order of the rules that fit")
    return rule_words(said.winners[0]) if said.winners else phrase("no rule fits")


def _of_traefik(found: Reading) -> str:
    if found.request.status:
        return phrase("Traefik refuses this path before it looks at any rule")
    winner = found.winner
    if winner is None:
        return phrase("no rule of the controller fits")
    if found.is_tie:
        return phrase("a tie: several rules are equally long, and their order is undefined")
    return phrase("only the router of the default backend is left") if winner.order == LAST else winner.match.text


def rule_words(claim: Claim) -> str:
    """`Prefix abc.sample.com/apl2`, `*` for any host."""
    rule = claim.rule
    return phrase("(default backend)") if rule.is_default else f"{rule.path_type} {rule.host or '*'}{rule.path}"
