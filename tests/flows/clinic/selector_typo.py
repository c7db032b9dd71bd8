"""Repairs and wrong moves of the case `selector_typo`."""

from hand import Hand


def selector(hand: Hand) -> None:
    healthy = hand.healthy("service", hand.name)["spec"]["selector"]
    hand.patch("service", hand.name, {"spec": {"selector": healthy}})


def less_of_it(hand: Hand) -> None:
    wanted = hand.get("service", hand.name)["spec"]["selector"]
    hand.patch("service", hand.name, {"spec": {"selector": {key: None for key in wanted if key != "app"}}})


def labels(hand: Hand) -> None:
    wanted = hand.get("service", hand.name)["spec"]["selector"]
    hand.patch("deployment", hand.name, {"spec": {"template": {"metadata": {"labels": wanted}}}})


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def more_pods(hand: Hand) -> None:
    hand.scale(hand.name, 3)


def label_of_the_deployment(hand: Hand) -> None:
    hand.patch("deployment", hand.name, {"metadata": {"labels": hand.get("service", hand.name)["spec"]["selector"]}})


def another_application(hand: Hand) -> None:
    """The Service has Pods again: a neighbour's."""
    neighbour = next(each.outcome for each in hand.scene.asks if not each.sick and each.outcome != "404")
    selector = hand.healthy("service", neighbour)["spec"]["selector"]
    hand.patch("service", hand.name, {"spec": {"selector": selector}})


REPAIRS = (selector, less_of_it, labels)
WRONG_MOVES = (restart, more_pods, label_of_the_deployment, another_application)
