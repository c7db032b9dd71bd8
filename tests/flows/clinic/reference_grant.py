"""Repairs and wrong moves of the case `reference_grant`."""

from hand import Hand
from labtools.clinic import gateways

TEAM = "clinic-team"


def grant_back(hand: Hand) -> None:
    hand.set("referencegrant", "first", "/spec", hand.healthy("referencegrant", "first")["spec"], TEAM)


def every_service(hand: Hand) -> None:
    grant = gateways.grant("site", hand.ground.namespace, "any")
    del grant["spec"]["to"][0]["name"]
    hand.create(grant, TEAM)


def grant_in_the_wrong_place(hand: Hand) -> None:
    hand.create(gateways.grant("site", hand.ground.namespace, hand.name))


def restart(hand: Hand) -> None:
    path = hand.api.resources().named("deployments").path(TEAM, hand.name)
    hand.api.request("delete", path)
    hand.create(hand.healthy("deployment", hand.name), TEAM)


def all_of_it_for_the_other(hand: Hand) -> None:
    hand.set("referencegrant", "second", "/spec", hand.healthy("referencegrant", "first")["spec"], TEAM)


REPAIRS = (grant_back, every_service)
WRONG_MOVES = (grant_in_the_wrong_place, restart, all_of_it_for_the_other)
