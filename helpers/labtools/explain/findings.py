"""What is known about a URL before a word is written: both readings, the answer that came, and the chain to walk."""

from dataclasses import dataclass, field, replace

from ingress_lab.http.answers import Answer
from ingress_lab.ingress import controller_flags
from ingress_lab.ingress.controller_flags import Flags
from ingress_lab.kube.aliases import Aliases
from labcore.language.messages import joined, phrase

from labtools.explain.answerer import OR, answered_by
from labtools.explain.chain import Chain, chain_of, no_rule
from labtools.explain.direct import Direct
from labtools.explain.served import Served, served
from labtools.explain.unread import unread
from labtools.explain.verdicts import ApiReading, api_verdicts, api_winners, class_problem
from labtools.traefik.asked import Asked, corrected
from labtools.traefik.ingress_paths import Claim, claims_of
from labtools.traefik.objects import Objects
from labtools.traefik.reading import Reading, Routing
from labtools.traefik.rewriting import rewritten
from labtools.traefik.router import Router

# Reasons for which Traefik makes no router, and which the chain shows better than a sentence.
_CHAIN_SAYS = {"no service", "no port", "no endpoints", "external name", "resource"}


@dataclass
class Findings:
    """`controller` is None where no Traefik was found; `asked`: its routers are those that Traefik itself told.

    `direct`: what the Pod says when it is asked without the controller. `told`: the controller's flags. `complaint`:
    what its log says of an Ingress that it made no router of. `notes` are sentences on what the readings rest on.
    """

    url: str
    namespace: str
    objects: Objects
    claims: list[Claim]
    api: ApiReading
    controller: Reading | None
    seen: Answer | None = None
    aliases: Aliases | None = None
    notes: list[str] = field(default_factory=list)
    asked: bool = False
    told: Flags | None = None
    complaint: str = ""
    direct: Direct | None = None

    @property
    def decided(self) -> Claim | None:
        """The claim that the controller follows."""
        return self.controller.winner.claim if self.controller and self.controller.winner else None

    @property
    def meant(self) -> Claim | None:
        """The claim that the API means; where it leaves several, the one that the controller follows."""
        winners = self.api.winners
        return self.decided if self.decided in winners else next(iter(winners), None)

    @property
    def meant_services(self) -> str:
        """The Services between which the API leaves the URL, or 404."""
        return joined(OR, sorted({claim.service for claim in self.api.winners})) or "404"

    @property
    def chain_claim(self) -> Claim | None:
        """Whose chain is walked: the claim that decides, or the one that should but was left out."""
        if self.meant is None:
            return self.decided or self._without_class()
        left_out = {router.dropped for router in self.routers_of(self.meant)}
        return self.meant if self.decided is None or left_out & _CHAIN_SAYS else self.decided

    def routers_of(self, claim: Claim) -> list[Router]:
        """What the controller makes of a claim: two routers where both providers read the Ingress."""
        return [router for router in self.controller.routers if router.claim == claim] if self.controller else []

    def is_served(self, claim: Claim) -> bool:
        """The controller has a router for it, whether or not this URL comes to it."""
        return any(not router.dropped for router in self.routers_of(claim))

    @property
    def path_behind(self) -> tuple[str, int]:
        """The path that the application is sent, and the status of a rewriting that ends the way (0: none)."""
        assert self.controller is not None
        escaped, winner = self.controller.request.escaped, self.controller.winner
        return rewritten(escaped, winner.rewrite) if winner and winner.rewrite else (escaped, 0)

    @property
    def answered_by(self) -> str:
        """The Service whose application answered; "" when the controller did, or nobody."""
        return answered_by(self.seen, self.decided or self.meant, self.controller, self.direct)

    @property
    def by_application(self) -> bool:
        """Did an application answer, rather than the controller?"""
        return bool(self.answered_by)

    def _without_class(self) -> Claim | None:
        """The claim that would have the URL if its class were served."""
        return next(iter(api_winners(self.claims, self.url)), None)

    def chain(self) -> Chain:
        """From the rule to the Pods, with the link that is broken."""
        claim = self.chain_claim
        if claim is None:
            return no_rule(self.objects)
        problem = "" if self.is_served(claim) else class_problem(claim.ingress, self.objects)
        chain = chain_of(claim, self.objects, self.aliases, problem)
        shown = self.served
        if shown:
            chain.links.insert(0, shown.link)
        return chain

    @property
    def served(self) -> Served | None:
        """The certificate of an https:// URL."""
        return served(self.seen, self.objects, self.url)

    @property
    def unread(self) -> list[str]:
        """Annotations on the way that the class' controller does not read."""
        claim = self.chain_claim
        routers = self.routers_of(claim) if claim else []
        mine = [r for r in routers if r.dropped != "class"]
        return unread(claim, mine[0].provider) if claim and mine else []


def read(
    url: str, objects: Objects, *, namespace: str = "", aliases: Aliases | None = None, asked: Asked | None = None
) -> Findings:
    """Both readings, as a function of the objects, and of what Traefik told where it was asked."""
    if not objects.everywhere and not objects.classes:
        objects = replace(objects, classes=controller_flags.classes_of_manifests())
    claims = claims_of(objects.ingresses)
    notes = (
        []
        if objects.everywhere
        else [phrase("only namespace {namespace} may be read; rules of others may count, too", namespace=namespace)]
    )
    told = controller_flags.of_pods(objects.pods.values())
    if told is None and not objects.everywhere:
        told = controller_flags.of_manifests()
        notes.append(
            phrase("the controller's Pods may not be looked at; flags and classes are assumed to be this project's")
        )
    controller = _routing(objects, told, asked).read(url) if told else None
    if controller is None:
        notes.append(phrase("no Traefik was found, so there is no second reading here"))
    notes += _foreign(controller, asked, told)
    api = api_verdicts(claims, url, objects)
    return Findings(url, namespace, objects, claims, api, controller, None, aliases, notes, asked is not None, told)


def _routing(objects: Objects, told: Flags, asked: Asked | None) -> Routing:
    routing = Routing.of(objects, told)
    return corrected(routing, asked, told) if asked else routing


def _foreign(controller: Reading | None, asked: Asked | None, told: Flags | None) -> list[str]:
    """A router that comes from no Ingress, and is tried before those that do."""
    if controller is None or asked is None or told is None or controller.request.status:
        return []
    router = asked.foreign(controller.request, told)
    if router is None or (controller.winner and controller.winner.order > router.priority):
        return []
    return [
        phrase(
            "Traefik tries another router first, which belongs to no Ingress: {name} ({provider}), {rule}",
            name=router.name,
            provider=router.provider,
            rule=router.rule,
        )
    ]
