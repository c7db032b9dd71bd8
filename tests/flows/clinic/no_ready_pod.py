"""Repairs and wrong moves of the case `no_ready_pod`."""

from hand import Hand

_CONTAINER = "/spec/template/spec/containers/0"


def path_of_the_probe(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_CONTAINER}/readinessProbe/httpGet/path", "/healthz")


def no_probe(hand: Hand) -> None:
    hand.patch("deployment", hand.name, [{"op": "remove", "path": f"{_CONTAINER}/readinessProbe"}])


def application_knows_the_path(hand: Hand) -> None:
    container = hand.get("deployment", hand.name)["spec"]["template"]["spec"]["containers"][0]
    known = f"{container['env'][2]['value']} {container['readinessProbe']['httpGet']['path']}"
    hand.set("deployment", hand.name, f"{_CONTAINER}/env/2/value", known)


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def more_patience(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_CONTAINER}/readinessProbe/timeoutSeconds", 10)


def more_pods(hand: Hand) -> None:
    hand.scale(hand.name, 3)


def probe_of_a_page_that_is_not_there(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_CONTAINER}/readinessProbe/httpGet/path", "/")


REPAIRS = (path_of_the_probe, no_probe, application_knows_the_path)
WRONG_MOVES = (restart, more_patience, more_pods, probe_of_a_page_that_is_not_there)
