"""Repairs and wrong moves of the case `loopback_app`."""

from hand import Hand

_CONTAINER = "/spec/template/spec/containers/0"


def every_address(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_CONTAINER}/env/2/value", "0.0.0.0")


def nothing_said(hand: Hand) -> None:
    hand.patch("deployment", hand.name, [{"op": "remove", "path": f"{_CONTAINER}/env/2"}])


def address_of_the_pod(hand: Hand) -> None:
    value = {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    hand.patch("deployment", hand.name, [{"op": "replace", "path": f"{_CONTAINER}/env/2", "value": value}])


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def target_port(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/targetPort", 8080)


def probe(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_CONTAINER}/readinessProbe", {"tcpSocket": {"port": "http"}})


def scheme(hand: Hand) -> None:
    key = "traefik.ingress.kubernetes.io/service.serversscheme"
    hand.patch("service", hand.name, {"metadata": {"annotations": {key: "https"}}})


REPAIRS = (every_address, nothing_said, address_of_the_pod)
WRONG_MOVES = (restart, target_port, probe, scheme)
