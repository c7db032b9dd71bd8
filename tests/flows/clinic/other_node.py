"""Repairs and wrong moves of the case `other_node`."""

from hand import Hand
from labtools.clinic import nodes


def controller_moves(hand: Hand) -> None:
    (right,) = nodes.placed(hand.api, [hand.healthy("deployment", _name(hand))])
    where = "/spec/template/spec/nodeSelector"
    hand.set("deployment", _name(hand), where, right["spec"]["template"]["spec"]["nodeSelector"])


def clients_go_where_it_is(hand: Hand) -> None:
    there = hand.get("endpointslice", "balancer-1")["endpoints"][0]["addresses"]
    every = [nodes.placed(hand.api, [{"address": f"@address{number}@"}])[0]["address"] for number in (1, 2)]
    (other,) = (address for address in every if address not in there)
    hand.set("endpointslice", "balancer-1", "/endpoints/0/addresses", [other])


def restart(hand: Hand) -> None:
    hand.restart(_name(hand))


def another_port(hand: Hand) -> None:
    hand.set("endpointslice", "balancer-1", "/ports/0/port", 8000)


def application_restarts(hand: Hand) -> None:
    rule = hand.get("ingress", "site")["spec"]["rules"][0]
    hand.restart(rule["http"]["paths"][0]["backend"]["service"]["name"])


def _name(hand: Hand) -> str:
    return next(obj["metadata"]["name"] for obj in hand.scene.healthy if obj["kind"] == "Role")


REPAIRS = (controller_moves, clients_go_where_it_is)
WRONG_MOVES = (restart, another_port, application_restarts)
