"""What is known about a URL at a Gateway before a word is written."""

from dataclasses import dataclass
from functools import cached_property

from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.ingress.routes import outcomes
from ingress_lab.kube.aliases import Aliases
from labcore.language.messages import joined

from labtools.explain.answerer import OR, looks_like_controllers
from labtools.explain.routes.attachment import Attachment, most_specific
from labtools.explain.routes.gateways import TRAEFIK, Gateways, key_of
from labtools.explain.routes.meeting import Meeting
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Key, Objects
from labtools.traefik.request import Request

UNSUPPORTED = ("CORS", "RequestMirror")
"""Filters that Traefik 3.7's conformance report lists as unsupported: a rule with one answers 500."""


@dataclass
class RouteFindings:
    """`way`: the Ingress by which the entry hands the URL on; None where the Gateway was asked itself.

    `service`: that of the Gateways' controller. `meetings` are those at this controller's listeners.
    """

    url: str
    request: Request
    namespace: str
    objects: Objects
    gateways: Gateways
    attachments: list[Attachment]
    meetings: list[Meeting]
    controller: str = ""
    service: Key | None = None
    way: Claim | None = None
    seen: Answer | None = None
    aliases: Aliases | None = None

    @cached_property
    def fitting(self) -> list[Meeting]:
        """The matches that the request meets, in the order of the specification; only where the route is attached."""
        met = [m for m in self.meetings if not m.at.problem and not m.misfit(self.request, self.url)]
        return sorted(met, key=lambda m: m.by_specification(self.request))

    @property
    def meant(self) -> Meeting | None:
        """The one that the specification means."""
        return next(iter(self.fitting), None)

    @property
    def decided(self) -> Meeting | None:
        """The one that this controller follows."""
        return max(self.fitting, key=lambda m: m.by_traefik, default=None) if self.by_traefik else self.meant

    @property
    def by_traefik(self) -> bool:
        return self.controller == TRAEFIK

    @property
    def near(self) -> list[Attachment]:
        """The routes that have the host, attached or not; those that name it most exactly first."""
        found = [(a, best) for a in self.attachments if (best := most_specific(a.hosts, self.request.host)) is not None]
        return [a for a, best in sorted(found, key=lambda pair: (not pair[1], pair[1].startswith("*"), -len(pair[1])))]

    def answers(self, meeting: Meeting | None) -> str:
        """What may answer: Services, a redirect's status, 404."""
        if meeting is None:
            return "404"
        if self.by_traefik and unsupported(meeting.rule):
            return "500"
        return joined(OR, sorted({service for service, _, _ in outcomes(meeting.rule)}))

    @property
    def by_application(self) -> bool:
        return bool(self.answered_by)

    @property
    def answered_by(self) -> str:
        """The Service whose application answered; "" when the controller did, or nobody."""
        if self.seen is None or not self.seen.status:
            return ""
        if self.seen.service != NOBODY:
            return self.seen.service
        services = self.answers(self.decided)
        return "" if services.isdigit() or looks_like_controllers(self.seen) else services

    def name(self, obj: dict) -> str:
        """With its namespace where that is not the reader's own."""
        namespace, name = key_of(obj)
        return name if namespace == self.namespace else f"{namespace}/{name}"


def unsupported(rule: dict) -> list[str]:
    """The filters of a rule that Traefik does not have."""
    filters = [
        *(rule.get("filters") or []),
        *(f for b in rule.get("backendRefs") or [] for f in b.get("filters") or []),
    ]
    return [f["type"] for f in filters if f["type"] in UNSUPPORTED]
