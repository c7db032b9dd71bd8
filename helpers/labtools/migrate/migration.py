"""Everything together: what becomes of all Ingresses on each candidate, and what is written for one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labcore.language.messages import joined, phrase

from labtools.migrate import services, to_gateway, to_ingress, to_provider
from labtools.migrate.effects import Hosts, Note, hosts_of, notes_of
from labtools.migrate.found import Found, Input
from labtools.migrate.plan import Plan, Use
from labtools.migrate.reading import taken
from labtools.migrate.table import CANDIDATES, SAME

_LONGEST = 253  # letters of a name


@dataclass
class Migration:
    """The plans by candidate; nothing is written until `writing.write` is given one candidate's `files`."""

    given: Input
    hosts: Hosts
    plans: Mapping[str, Sequence[Plan]] = field(default_factory=dict)

    @cached_property
    def notes(self) -> list[Note]:
        """What no single annotation says."""
        return list(notes_of(self.given.ingresses, self.hosts))

    def uses(self, candidate: str) -> list[Use]:
        """Every annotation of every Ingress."""
        return [use for plan in self.plans[candidate] for use in plan.uses.values()]

    def counts(self, candidate: str) -> Counter[str]:
        """How many annotations are answered the same, differently, not at all."""
        return Counter(use.verdict for use in self.uses(candidate))

    def refused(self, candidate: str) -> list[Plan]:
        return [plan for plan in self.plans[candidate] if plan.refused]

    def is_same(self, candidates: Sequence[str] = CANDIDATES) -> bool:
        """Is every annotation the same there, and nothing left?"""
        plans = [plan for candidate in candidates for plan in self.plans[candidate]]
        uses = [use for plan in plans for use in plan.uses.values()]
        left = self.given.left or self.notes or any(plan.refused or plan.differs for plan in plans)
        return not left and all(use.verdict == SAME for use in uses)

    def needs(self, candidate: str) -> list[str]:
        """What the cluster has to have for what is written."""
        return sorted({need for plan in self.plans[candidate] if plan.written for need in plan.needs}, key=str)

    def objects(self, candidate: str) -> list[tuple[str, list[dict]]]:
        """What is written: the objects of each Ingress, by the name of their file."""
        made = [(_file(plan.found), list(plan.objects)) for plan in self.plans[candidate] if plan.written]
        if candidate == "ingress" and (changed := self._services()):
            made.append(("services.yaml", changed))
        if candidate == "gateway" and made:
            made.insert(0, ("gateways.yaml", self._gateways()))
        return made

    def _services(self) -> list[dict]:
        asked: dict[tuple[str, str], dict[str, str]] = {}
        for plan in self.plans["ingress"]:
            for name, notes in plan.for_services.items():
                asked.setdefault((plan.found.home, name), {}).update(notes)
        named = {key: self.given.named("Service", key[1], key[0]) for key in asked}
        return [services.with_notes(obj, asked[key]) for key, obj in named.items() if obj is not None]

    def _gateways(self) -> list[dict]:
        places: dict[str, list[Plan]] = {}
        for plan in self.plans["gateway"]:
            if plan.written:
                places.setdefault(plan.found.namespace, []).append(plan)
        return [to_gateway.gateway(plans, namespace) for namespace, plans in places.items()]


def migration(given: Input, candidates: Sequence[str] = CANDIDATES) -> Migration:
    """What becomes of the Ingresses that were read."""
    hosts = hosts_of(given.ingresses)
    made = Migration(given, hosts)
    made.plans = {candidate: _planned(candidate, given, hosts) for candidate in candidates}
    for plans in made.plans.values():
        _apart(plans)
    return made


def _apart(plans: Sequence[Plan]) -> None:
    """Two objects of one name would be one: the later Ingress is not written then."""
    owners: dict[tuple[str, str, str], str] = {
        ("Ingress", plan.found.home, plan.found.name): plan.found.title for plan in plans if not plan.refused
    }
    for plan in plans:
        for obj in plan.objects:
            meta = obj["metadata"]
            owner = owners.setdefault((obj["kind"], plan.found.home, meta["name"]), plan.found.title)
            if owner != plan.found.title or len(meta["name"]) > _LONGEST:
                why = phrase("{kind} {name}: the name is taken by Ingress {other}, or too long", kind=obj["kind"],
                             name=meta["name"], other=owner)  # fmt: skip
                plan.refused.append(why)
        if plan.refused:
            plan.objects, plan.for_services = [], {}


def _planned(candidate: str, given: Input, hosts: Hosts) -> list[Plan]:
    if candidate == "provider":
        return [to_provider.planned(found, given, hosts) for found in given.ingresses]
    if candidate == "ingress":
        return [to_ingress.planned(found, given, hosts) for found in given.ingresses]
    canaries = [to_gateway.planned(found, given, hosts) for found in given.ingresses if found.is_canary]
    beside: dict[str, list[Found]] = {}
    for plan in canaries:
        if not plan.refused and (main := hosts.main_of(plan.found)):
            beside.setdefault(f"{main.home}/{main.name}", []).append(plan.found)
    mains = [
        to_gateway.planned(found, given, hosts, beside.get(f"{found.home}/{found.name}", ()))
        for found in given.ingresses
        if not found.is_canary
    ]
    return [*mains, *canaries]


def _file(found: Found) -> str:
    """A name of a file; Kubernetes' names are fit for one, and two namespaces keep apart."""
    return f"{found.home}.{found.name}.yaml" if found.namespace else f"{found.name}.yaml"


@dataclass(frozen=True)
class Converted:
    """What is applied for one candidate, and a sentence for each Ingress that is not, or is otherwise."""

    objects: Sequence[dict]
    sentences: Sequence[str]


def converted(objects: Sequence[dict], candidate: str, classes: Sequence[str] = ()) -> Converted:
    """Objects in memory (Services, Secrets and ConfigMaps help) on one candidate."""
    given = taken(Input(candidate), [(obj, str(obj.get("kind"))) for obj in objects], classes)
    found = migration(given, [candidate])
    sentences = [joined(": ", [left.where, left.why]) for left in given.left]
    for plan in found.plans[candidate]:
        sentences += [joined(": ", [plan.found.title, why]) for why in (*plan.refused, *plan.differs)]
    return Converted([obj for _, made in found.objects(candidate) for obj in made], sentences)
