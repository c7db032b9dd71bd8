"""Repairs and wrong moves of the case `wrong_class`."""

from hand import Hand


def class_of_the_entry(hand: Hand) -> None:
    hand.set("ingress", _ingress(hand), "/spec/ingressClassName", "traefik")


def no_class(hand: Hand) -> None:
    hand.patch("ingress", _ingress(hand), {"spec": {"ingressClassName": None}})


def another_ingress(hand: Hand) -> None:
    hand.create(hand.healthy("ingress", _ingress(hand)) | {"metadata": {"name": "anew"}})


def old_annotation_beside(hand: Hand) -> None:
    annotations = {"kubernetes.io/ingress.class": "traefik"}
    hand.patch("ingress", _ingress(hand), {"metadata": {"annotations": annotations}})


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def one_path_alone(hand: Hand) -> None:
    obj = hand.healthy("ingress", _ingress(hand)) | {"metadata": {"name": "anew"}}
    obj["spec"]["rules"][0]["http"]["paths"].pop()
    hand.create(obj)


def catch_all(hand: Hand) -> None:
    """The pages open, and so does what was closed."""
    class_of_the_entry(hand)
    obj = hand.healthy("ingress", _ingress(hand)) | {"metadata": {"name": "all"}}
    obj["spec"]["rules"][0]["http"]["paths"][0]["path"] = "/"
    hand.create(obj)


def _ingress(hand: Hand) -> str:
    host = hand.sick.split("/")[2]
    return next(
        obj["metadata"]["name"]
        for obj in hand.scene.healthy
        if obj["kind"] == "Ingress" and obj["spec"]["rules"][0]["host"] == host
    )


REPAIRS = (class_of_the_entry, no_class, another_ingress)
WRONG_MOVES = (old_annotation_beside, restart, one_path_alone, catch_all)
