"""Repairs and wrong moves of the case `misnamed_port`."""

from hand import Hand


def name_of_the_service(hand: Hand) -> None:
    name = hand.healthy("service", hand.name)["spec"]["ports"][0]["name"]
    hand.set("service", hand.name, "/spec/ports/0/name", name)


def name_in_the_ingress(hand: Hand) -> None:
    name = hand.get("service", hand.name)["spec"]["ports"][0]["name"]
    hand.set("ingress", "rooms", f"{_backend(hand)}/port", {"name": name})


def number_in_the_ingress(hand: Hand) -> None:
    hand.set("ingress", "rooms", f"{_backend(hand)}/port", {"number": 80})


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def target_port(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/targetPort", "http")


def name_of_the_container(hand: Hand) -> None:
    name = hand.healthy("service", hand.name)["spec"]["ports"][0]["name"]
    hand.set("deployment", hand.name, "/spec/template/spec/containers/0/ports/0/name", name)


def number_of_the_pods(hand: Hand) -> None:
    port = hand.get("service", hand.name)["spec"]["ports"][0]["targetPort"]
    hand.set("ingress", "rooms", f"{_backend(hand)}/port", {"number": port})


def _backend(hand: Hand) -> str:
    paths = hand.get("ingress", "rooms")["spec"]["rules"][0]["http"]["paths"]
    place = next(number for number, path in enumerate(paths) if path["path"] == f"/{hand.name}")
    return f"/spec/rules/0/http/paths/{place}/backend/service"


REPAIRS = (name_of_the_service, name_in_the_ingress, number_in_the_ingress)
WRONG_MOVES = (restart, target_port, name_of_the_container, number_of_the_pods)
