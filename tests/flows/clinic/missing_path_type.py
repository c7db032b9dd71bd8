"""Repairs and wrong moves of the case `missing_path_type`."""

from hand import Hand


def prefix(hand: Hand) -> None:
    hand.set("ingress", "stalls", f"{_path(hand)}/pathType", "Prefix")


def as_the_controller_likes(hand: Hand) -> None:
    hand.set("ingress", "stalls", f"{_path(hand)}/pathType", "ImplementationSpecific")


def another_ingress(hand: Hand) -> None:
    obj = hand.healthy("ingress", "stalls") | {"metadata": {"name": "anew"}}
    paths = obj["spec"]["rules"][0]["http"]["paths"]
    obj["spec"]["rules"][0]["http"]["paths"] = [path for path in paths if path["path"] == f"/{hand.name}"]
    hand.create(obj)


def star(hand: Hand) -> None:
    hand.set("ingress", "stalls", f"{_path(hand)}/path", f"/{hand.name}/*")


def slash(hand: Hand) -> None:
    hand.set("ingress", "stalls", f"{_path(hand)}/path", f"/{hand.name}/")


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def everything(hand: Hand) -> None:
    """The pages open, and so does what was closed."""
    prefix(hand)
    hand.set("ingress", "stalls", f"{_path(hand)}/path", "/")


def _path(hand: Hand) -> str:
    paths = hand.get("ingress", "stalls")["spec"]["rules"][0]["http"]["paths"]
    place = next(number for number, path in enumerate(paths) if path["backend"]["service"]["name"] == hand.name)
    return f"/spec/rules/0/http/paths/{place}"


REPAIRS = (prefix, as_the_controller_likes, another_ingress)
WRONG_MOVES = (star, slash, restart, everything)
