"""The judge: asks the shop, reads what its customers wrote down, and says of each thing what was seen."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from ingress_lab.kube.tenancy import Tenancy
from labcore import clusters
from labcore.errors import LabError, NoCluster, Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.capstone import aspects, closing, record, result, shop, traffic
from labtools.capstone.traffic import Traffic
from labtools.capstone.verdict import PARTS, Verdict
from labtools.capstone.zone import Zone


@dataclass(frozen=True)
class Judgement:
    """What was looked at, and the traffic until then."""

    verdicts: list[Verdict]
    traffic: Traffic
    part: str

    @property
    def wrong(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.right]


def judge(cluster: str | None, part: str = "closing") -> Judgement:
    """Look at all that a part asks for. Raises LabError where nobody has begun."""
    zone = open_shop(cluster)
    seen = _seen(zone)
    judgement = Judgement(list(_verdicts(zone, part, seen)), seen, part)
    if part == "closing":
        _remember(judgement, zone)
    return judgement


def first_wrong(cluster: str | None, part: str) -> str:
    """For an exercise's check: the first thing that is not yet so, in one sentence; "" when the part is done."""
    zone = open_shop(cluster)
    found = _verdicts(zone, part, _seen(zone))
    return next((verdict.sentence for verdict in found if not verdict.right), "")


def _verdicts(zone: Zone, part: str, seen: Traffic) -> Iterator[Verdict]:
    """One after the other, each when it is asked for."""
    asked = aspects.Asked(zone)
    for aspect in PARTS[part]:
        if aspect == "requests":
            yield from traffic.requests(seen)
        elif aspect == "closing":
            yield from closing.closing(zone)
        else:
            yield from getattr(aspects, aspect)(asked)


def _seen(zone: Zone) -> Traffic:
    """What the clients got until now; raises LabError where none sends any more."""
    sender = record.sender()
    if not sender or not sender.alive or sender.cluster != zone.cluster:
        raise LabError(
            phrase("The shop's clients have stopped, so a move cannot be judged. To begin again: lab capstone start")
        )
    return traffic.read(record.Record().lines())


def open_shop(cluster: str | None) -> Zone:
    """The shop's names, asked afresh each time. Raises LabError where there is no shop; no cluster is started."""
    chosen = clusters.of(cluster)
    if chosen.access_starts and not chosen.status().running:
        raise NoCluster(phrase("the cluster is not running, so nothing answers; `lab up` starts it"))
    access = chosen.access()
    api = Api.connect(access.own_kubeconfig, access.context)
    zone = Zone(api, access, Tenancy(access.prefix).namespace(shop.NAMESPACE), ttl=0)
    try:
        zone.names()
    except Refused as error:
        raise LabError(phrase("The capstone's shop is not there. To begin (again): lab capstone start")) from error
    return zone


def _remember(judgement: Judgement, zone: Zone) -> None:
    seen, wrong = judgement.traffic, len(judgement.wrong)
    number = len(judgement.verdicts)
    ways = tuple(sorted(set(zone.names().values())))
    passed = 0.0 if wrong else time.time()
    result.Result(passed, seen.requests, seen.lost, seen.seconds, number - wrong, number, ways).remember()
