"""What becomes of one Ingress on one candidate: its annotations one by one, the objects made of it, or why none are."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from labcore.language.messages import joined, phrase

from labtools.migrate.effects import Hosts, other_name
from labtools.migrate.found import Found
from labtools.migrate.guards import shared
from labtools.migrate.reasons import DEFAULT, REASONS, UNKNOWN
from labtools.migrate.table import ABSENT, DETAIL, DIFFERENT, SAME, annotations

_ON_A_CANARY = ("canary", "affinity", "session-cookie", "load-balance", "upstream-hash-by")
_CANARY = phrase("ingress-nginx does not read it on a canary: its main Ingress decides.")

_NO_REDIRECT = phrase("Plain HTTP is not sent on to HTTPS here: there is no TLS, or the redirect is off.")
_TEMPORAL = phrase("ingress-nginx does not read it beside temporal-redirect.")
_BOTH_NAMES = phrase("ingress-nginx leaves it out where both names are hosts of Ingresses, or the host is a wildcard.")
_STREAMS = phrase("Traefik streams bodies in any case.")
_COOKIE_FIRST = phrase("ingress-nginx does not read it beside affinity: the cookie decides.")
_STREAMED = phrase('ingress-nginx reads it only beside proxy-buffering: "on".')
_NO_URL = {
    "permanent-redirect": phrase("It is no URL: nginx makes one of it in Location, and Traefik does not."),
    "temporal-redirect": phrase(
        "It is no URL: ingress-nginx does not read it then, and Traefik redirects all the same."
    ),
}
_ITSELF = phrase("The path is the target: nothing is rewritten.")


class NoEquivalent(Exception):
    """An annotation cannot be kept with the value that it has."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


@dataclass(frozen=True)
class Use:
    """One annotation of one Ingress, and what becomes of it."""

    ingress: str
    name: str
    value: str
    verdict: str
    becomes: str = ""
    why: str = ""
    proved: str | None = None
    loses: str = DETAIL


@dataclass
class Plan:
    """One Ingress on one candidate. `objects` stay empty where something stands in the way (`refused`)."""

    found: Found
    candidate: str
    uses: dict[str, Use]
    objects: list[dict] = field(default_factory=list)
    for_services: dict[str, dict[str, str]] = field(default_factory=dict)
    """Annotations that its Services have to carry, by the name of the Service."""
    refused: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)

    @property
    def written(self) -> bool:
        return bool(self.objects) and not self.refused

    def _counts(self, name: str) -> bool:
        return name in self.uses and self.uses[name].why is not _CANARY

    def absent(self, name: str, why: str) -> None:
        """It has no effect there with this value."""
        if self._counts(name):
            self.uses[name] = replace(self.uses[name], verdict=ABSENT, becomes="", why=why, proved=None)

    def different(self, name: str, why: str) -> None:
        """It means something else beside the other values."""
        if self._counts(name):
            self.uses[name] = replace(self.uses[name], verdict=DIFFERENT, why=why, proved=None)

    def nothing(self, name: str, why: str) -> None:
        """ingress-nginx itself makes nothing of it beside the other values."""
        if name in self.uses:
            self.uses[name] = replace(self.uses[name], verdict=SAME, becomes="", why=why, proved=None)

    def same(self, name: str, becomes: str = "", why: str = "") -> None:
        """It keeps its meaning with this value."""
        if name in self.uses and self.uses[name].verdict != ABSENT:
            use = self.uses[name]
            self.uses[name] = replace(use, verdict=SAME, becomes=becomes or use.becomes, why=why)

    def settle(self) -> None:
        """Refuse what would lose its security or its way; whatever is refused leaves no objects."""
        for use in self.uses.values():
            if use.verdict == ABSENT and use.loses != DETAIL:
                self.refused.append(joined(": ", [use.name, use.why]))
        if self.refused:
            self.objects, self.for_services = [], {}


def begun(found: Found, candidate: str, hosts: Hosts) -> Plan:
    """The plan as the table has it, and what several values together say on every candidate."""
    plan = Plan(found, candidate, {use.name: use for use in _uses(found, candidate)})
    _redirects(plan, hosts)
    plan.refused += shared(found, hosts, candidate)
    if found.paths and not any(other_name(host) not in ("", *hosts.owners) for host, _ in found.paths):
        plan.nothing("from-to-www-redirect", _BOTH_NAMES)
    if "temporal-redirect" in found.said:
        for name in ("permanent-redirect", "permanent-redirect-code"):
            plan.nothing(name, _TEMPORAL)
    if candidate != "gateway" and found.said.get("affinity-mode", "").strip() == "persistent":
        plan.same("affinity-mode")
    _bodies(plan)
    _redirected(plan, hosts)
    if found.said.get("affinity", "").strip() == "cookie" and candidate != "provider":
        plan.nothing("upstream-hash-by", _COOKIE_FIRST)
    target = found.said.get("rewrite-target", "")
    if found.paths and all((path.get("path") or "/") == target for _, path in found.paths):
        plan.nothing("rewrite-target", _ITSELF)
    return plan


def _redirected(plan: Plan, hosts: Hosts) -> None:
    """The first Ingress of a host has its default location, too, whose path is /."""
    said = plan.found.said
    names = [name for name in ("permanent-redirect", "temporal-redirect") if name in said]
    if plan.found.is_canary or not (names or "://" in said.get("rewrite-target", "")):
        return
    is_rest = any(not hosts.has_root(host) for host, _ in plan.found.paths)
    plan.differs += [REASONS["redirect-rest"]] if is_rest else []
    for name in names if plan.candidate == "provider" else ():
        if not said[name].strip().startswith(("http", "$scheme")):
            plan.different(name, _NO_URL[name])
        elif not is_rest:
            plan.same(name)


def _bodies(plan: Plan) -> None:
    """nginx waits for a body by default, and Traefik only where its provider is told to."""
    said = plan.found.said.get("proxy-request-buffering", "").strip()
    if said == "off":
        plan.nothing("proxy-request-buffering", _STREAMS)
    elif said == "on" and plan.candidate == "provider":
        plan.same("proxy-request-buffering")
    if plan.found.said.get("proxy-buffering", "").strip() != "on":
        for name in ("proxy-buffers-number", "proxy-busy-buffers-size", "proxy-max-temp-file-size"):
            plan.nothing(name, _STREAMED)


def _redirects(plan: Plan, hosts: Hosts) -> None:
    """nginx sends plain HTTP on to HTTPS without the last slash of the path, whether an annotation says so or not."""
    found, names = plan.found, ("ssl-redirect", "force-ssl-redirect")
    if found.is_canary:
        return
    if not any(hosts.needs_https(found, host) for host, _ in found.paths):
        for name in names:
            plan.nothing(name, _NO_REDIRECT)
        return
    keys = ["redirect-301"] if plan.candidate == "ingress" else []
    keys += [] if found.on("preserve-trailing-slash") else ["redirect-slash"]
    asked = [name for name in names if found.on(name)]
    reasons = [REASONS[key] for key in keys]
    for name in asked if reasons else ():
        plan.different(name, joined(" ", reasons))
    if not asked:
        plan.differs += reasons
    for name in asked if not keys else ():
        plan.same(name)


def _uses(found: Found, candidate: str) -> Iterable[Use]:
    known = annotations()
    for name, value in found.said.items():
        entry = known.get(name)
        if entry is None:
            yield Use(found.title, name, value, SAME, why=UNKNOWN)
        elif found.is_canary and not name.startswith(_ON_A_CANARY):
            yield Use(found.title, name, value, SAME, why=_CANARY)
        elif entry.is_default(value):
            yield Use(found.title, name, value, SAME, why=DEFAULT)
        else:
            verdict = entry.verdicts[candidate]
            yield Use(
                found.title,
                name,
                value,
                verdict.verdict,
                verdict.becomes,
                verdict.sentence,
                verdict.proved,
                entry.loses,
            )


def service_of(path: dict) -> str:
    """The name of a path's Service; "" where the backend is none."""
    return str(((path.get("backend") or {}).get("service") or {}).get("name", ""))
