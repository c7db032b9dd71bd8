"""Repairs and wrong moves of the case `listener_same`."""

from hand import Hand
from labtools.clinic import gateways

GATES = "clinic-gates"


def from_all(hand: Hand) -> None:
    hand.set("gateway", _name(hand), "/spec/listeners/0/allowedRoutes/namespaces", {"from": "All"}, GATES)


def by_a_label(hand: Hand) -> None:
    allowed = hand.healthy("gateway", _name(hand))["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]
    hand.set("gateway", _name(hand), "/spec/listeners/0/allowedRoutes/namespaces", allowed, GATES)


def gateway_of_its_own(hand: Hand) -> None:
    hand.create(gateways.gateway("own", {"from": "Same"}))
    hand.set("httproute", "site", "/spec/parentRefs", [{"name": "own"}])


def another_port(hand: Hand) -> None:
    hand.set("gateway", _name(hand), "/spec/listeners/0/port", 80, GATES)


def listener_by_name(hand: Hand) -> None:
    hand.set("httproute", "site", "/spec/parentRefs/0/sectionName", "web")


def reference_permitted(hand: Hand) -> None:
    grant = gateways.grant("site", hand.ground.namespace, "any")
    del grant["spec"]["to"][0]["name"]
    hand.create(grant, GATES)


def _name(hand: Hand) -> str:
    return hand.get("httproute", "site")["spec"]["parentRefs"][0]["name"]


REPAIRS = (from_all, by_a_label, gateway_of_its_own)
WRONG_MOVES = (another_port, listener_by_name, reference_permitted)
