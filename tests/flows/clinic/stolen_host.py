"""Repairs and wrong moves of the case `stolen_host`."""

from urllib.parse import urlsplit

from hand import Hand

NEXT_DOOR = "clinic-b"


def their_own_host(hand: Hand) -> None:
    host = hand.healthy("ingress", "main")["spec"]["rules"][0]["host"]
    hand.set("ingress", "main", "/spec/rules/0/host", host, NEXT_DOOR)


def path_of_its_own(hand: Hand) -> None:
    there = hand.get("ingress", "web")["spec"]["rules"][0]["http"]["paths"][0]
    hand.set("ingress", "web", "/spec/rules/0/http/paths/-", there | {"path": urlsplit(hand.sick).path})


def ingress_with_a_priority(hand: Hand) -> None:
    obj = hand.healthy("ingress", "web")
    (rule,) = obj["spec"]["rules"]
    rule["http"]["paths"] = [rule["http"]["paths"][0] | {"path": urlsplit(hand.sick).path, "pathType": "Exact"}]
    hand.create(obj | {"metadata": {"name": "web-2", "annotations": {PRIORITY: "1000"}}})


def without_the_neighbour(hand: Hand) -> None:
    hand.delete("ingress", "main", NEXT_DOOR)


def the_same_rule_twice(hand: Hand) -> None:
    hand.create(hand.healthy("ingress", "web") | {"metadata": {"name": "web-2"}})


def restart(hand: Hand) -> None:
    service = hand.get("ingress", "web")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    hand.restart(service["name"])


PRIORITY = "traefik.ingress.kubernetes.io/router.priority"
REPAIRS = (their_own_host, path_of_its_own, ingress_with_a_priority)
WRONG_MOVES = (without_the_neighbour, the_same_rule_twice, restart)
