"""Repairs and wrong moves of the case `finalizer`."""

from hand import Hand


def finalizer_removed(hand: Hand) -> None:
    hand.patch("ingress", hand.name, {"metadata": {"finalizers": None}})


def for_another_host(hand: Hand) -> None:
    hand.set("ingress", hand.name, "/spec/rules/0/host", "none.example.com")


def deleted_again(hand: Hand) -> None:
    hand.delete("ingress", hand.name)


def deleted_by_force(hand: Hand) -> None:
    path = hand.api.resources().named("ingresses").path(hand.ground.namespace, hand.name)
    hand.api.request("delete", path, {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0})


def without_its_pods(hand: Hand) -> None:
    rule = hand.get("ingress", hand.name)["spec"]["rules"][0]
    hand.scale(rule["http"]["paths"][0]["backend"]["service"]["name"], 0)


REPAIRS = (finalizer_removed, for_another_host)
WRONG_MOVES = (deleted_again, deleted_by_force, without_its_pods)
