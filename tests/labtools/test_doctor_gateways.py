"""The doctor on the Gateway API: silent where it is not defined, and in the statuses' own words where it is."""

from dataclasses import dataclass, field

import pytest
from healthy import Cluster, Healthy
from labtools.doctor.finding import NOTE, OK, WRONG, Finding
from labtools.doctor.gateways import NEEDED, gateways

READY = {"metadata": {"name": "gateway-1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


@dataclass
class Defined(Cluster):
    """A cluster with the kinds of `names`; `objects` by plural."""

    names: tuple[str, ...] = NEEDED
    objects: dict[str, list[dict]] = field(default_factory=dict)

    def get(self, path: str) -> dict:
        return {"resources": [{"name": name} for name in self.names]}

    def items(self, path: str) -> list[dict]:
        return self.objects.get(path.rpartition("/")[2], [])


def found(**facts: object) -> list[Finding]:
    machine = Healthy()
    machine.api = Defined(**facts)
    return gateways(machine)


def obj(name: str, **status: object) -> dict:
    return {
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"parentRefs": [{"name": "edge"}]},
        "status": status,
    }


def parent(kind: str, status: str, reason: str) -> dict:
    return {"parents": [{"conditions": [{"type": kind, "status": status, "reason": reason}]}]}


def test_nothing_is_said_where_it_is_not_defined() -> None:
    assert found(names=()) == []


def test_a_missing_definition_holds_up_all_routes() -> None:
    (finding,) = found(names=NEEDED[:-1], objects={"pods": [READY]})
    assert (finding.state, finding.found) == (WRONG, "not defined: referencegrants")
    assert "apply -f manifests/gateway/definitions" in finding.fix


def test_a_missing_definition_matters_to_nobody_without_a_controller() -> None:
    assert [f.state for f in found(names=NEEDED[:-1])] == [OK]


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (obj("web", **parent("Accepted", "False", "NotAllowedByListeners")), "NotAllowedByListeners"),
        (obj("web", **parent("ResolvedRefs", "False", "BackendNotFound")), "BackendNotFound"),
        (obj("web"), "no controller has written its status"),
    ],
)
def test_what_a_status_complains_of(route: dict, said: str) -> None:
    (finding,) = found(objects={"pods": [READY], "httproutes": [route]})
    assert (finding.state, finding.found) == (NOTE, f"HTTPRoute shop/web: {said}")


def test_a_listener_that_is_not_served() -> None:
    listener = {"conditions": [{"type": "Accepted", "status": "False", "reason": "PortUnavailable"}]}
    gateway = {"metadata": {"name": "edge", "namespace": "shop"}, "spec": {}, "status": {"listeners": [listener]}}
    assert found(objects={"gateways": [gateway]})[0].found == "Gateway shop/edge: PortUnavailable"


def test_where_all_is_well_routes_are_counted() -> None:
    route = obj("web", **parent("Accepted", "True", "Accepted"))
    (finding,) = found(objects={"pods": [READY], "httproutes": [route, route]})
    assert (finding.state, finding.found) == (OK, "HTTPRoutes: 2, all of them accepted")


def test_a_controller_that_does_not_run() -> None:
    waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "ErrImagePull"}}}]}
    (finding,) = found(objects={"pods": [{"metadata": {"name": "gateway-1"}, "status": waiting}]})
    assert (finding.state, finding.found) == (WRONG, "gateway-1: ErrImagePull")
