"""Repairs and wrong moves of the case `readiness_flaps`."""

from hand import Hand

_PROBE = "/spec/template/spec/containers/0/readinessProbe"


def more_time(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_PROBE}/timeoutSeconds", 4)


def only_a_connection(hand: Hand) -> None:
    port = hand.get("deployment", hand.name)["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"]
    probe = {"tcpSocket": {"port": port}, "periodSeconds": 1}
    hand.patch("deployment", hand.name, [{"op": "replace", "path": _PROBE, "value": probe}])


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def more_pods(hand: Hand) -> None:
    hand.scale(hand.name, 4)


def later_first_probe(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{_PROBE}/initialDelaySeconds", 2)


REPAIRS = (more_time, only_a_connection)
WRONG_MOVES = (restart, more_pods, later_first_probe)
