"""Repairs and wrong moves of the case `tainted_node`."""

from hand import Hand
from labtools.clinic import nodes
from labtools.clinic.handling import delete_all

SPEC = "/spec/template/spec"


def without_the_taint(hand: Hand) -> None:
    node = hand.get("deployment", hand.name)["spec"]["template"]["spec"]["nodeSelector"]["kubernetes.io/hostname"]
    (taint,) = next(n for n in nodes.workers(hand.api) if n["metadata"]["name"] == node)["spec"]["taints"]
    nodes.untaint(hand.api, [taint["key"]])


def tolerated(hand: Hand) -> None:
    hand.set("deployment", hand.name, f"{SPEC}/tolerations", [{"operator": "Exists"}])


def any_node(hand: Hand) -> None:
    hand.patch("deployment", hand.name, {"spec": {"template": {"spec": {"nodeSelector": None}}}})


def other_pods(hand: Hand) -> None:
    delete_all(hand.ground, "pods", f"app={hand.name}")


def more_pods(hand: Hand) -> None:
    hand.scale(hand.name, 3)


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


REPAIRS = (without_the_taint, tolerated, any_node)
WRONG_MOVES = (other_pods, more_pods, restart)
