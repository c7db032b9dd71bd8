"""Repairs and wrong moves of the case `class_changed_live`."""

from hand import Hand


def class_back(hand: Hand) -> None:
    hand.set("ingress", hand.name, "/spec/ingressClassName", "traefik")


def another_ingress(hand: Hand) -> None:
    obj = hand.healthy("ingress", hand.name)
    hand.create(obj | {"metadata": {"name": "anew"}})


def no_class(hand: Hand) -> None:
    hand.patch("ingress", hand.name, {"spec": {"ingressClassName": None}})


def old_annotation_beside(hand: Hand) -> None:
    hand.patch("ingress", hand.name, {"metadata": {"annotations": {"kubernetes.io/ingress.class": "traefik"}}})


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def path_of_any_kind(hand: Hand) -> None:
    hand.set("ingress", hand.name, "/spec/rules/0/http/paths/0/path", "/")


REPAIRS = (class_back, another_ingress, no_class)
WRONG_MOVES = (old_annotation_beside, restart, path_of_any_kind)
