"""Repairs and wrong moves of the case `wrong_port`."""

from hand import Hand


def service_by_number(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/targetPort", _container_port(hand))


def service_by_name(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/targetPort", "http")


def application_listens_there(hand: Hand) -> None:
    port = hand.get("service", hand.name)["spec"]["ports"][0]["targetPort"]
    container = "/spec/template/spec/containers/0"
    hand.set("deployment", hand.name, f"{container}/env/2/value", str(port))
    hand.set("deployment", hand.name, f"{container}/readinessProbe/httpGet/port", port)


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def port_of_the_service(hand: Hand) -> None:
    hand.set("service", hand.name, "/spec/ports/0/port", _container_port(hand))


def more_pods(hand: Hand) -> None:
    hand.scale(hand.name, 3)


def _container_port(hand: Hand) -> int:
    return hand.get("deployment", hand.name)["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"]


REPAIRS = (service_by_number, service_by_name, application_listens_there)
WRONG_MOVES = (restart, port_of_the_service, more_pods)
