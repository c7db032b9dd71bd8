"""Repairs and wrong moves of the case `tls_to_http`."""

from hand import Hand

_ANNOTATION = "traefik.ingress.kubernetes.io/service.serversscheme"


def name_of_the_port(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/name", "web")


def scheme(hand: Hand) -> None:
    hand.patch("service", hand.name, {"metadata": {"annotations": {_ANNOTATION: "http"}}})


def another_service(hand: Hand) -> None:
    hand.create(hand.healthy("service", hand.name) | {"metadata": {"name": "anew"}})
    paths = hand.get("ingress", "cellar")["spec"]["rules"][0]["http"]["paths"]
    place = next(number for number, path in enumerate(paths) if path["path"] == f"/{hand.name}")
    hand.set("ingress", "cellar", f"/spec/rules/0/http/paths/{place}/backend/service/name", "anew")


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def target_port(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/targetPort", 443)


def section(hand: Hand) -> None:
    hand.set("ingress", "cellar", "/spec/tls", [{"hosts": [hand.sick.split("/")[2]]}])


def name_of_the_container(hand: Hand) -> None:
    hand.set("deployment", hand.name, "/spec/template/spec/containers/0/ports/0/name", "web")


REPAIRS = (name_of_the_port, scheme, another_service)
WRONG_MOVES = (restart, target_port, section, name_of_the_container)
