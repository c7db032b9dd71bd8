"""Repairs and wrong moves of the case `two_providers`."""

from hand import Hand

ALLOWLIST = "nginx.ingress.kubernetes.io/whitelist-source-range"


def without_the_copy(hand: Hand) -> None:
    hand.delete("ingress", f"{hand.name}-web")


def the_copy_comes_last(hand: Hand) -> None:
    annotations = {"traefik.ingress.kubernetes.io/router.priority": "1"}
    hand.patch("ingress", f"{hand.name}-web", {"metadata": {"annotations": annotations}})


def the_copy_for_another_path(hand: Hand) -> None:
    hand.set("ingress", f"{hand.name}-web", "/spec/rules/0/http/paths/0/path", f"/{hand.name}-public")


def annotation_on_the_copy(hand: Hand) -> None:
    hand.patch("ingress", f"{hand.name}-web", {"metadata": {"annotations": {ALLOWLIST: "192.0.2.0/24"}}})


def narrower_list(hand: Hand) -> None:
    hand.patch("ingress", hand.name, {"metadata": {"annotations": {ALLOWLIST: "192.0.2.7/32"}}})


def without_both(hand: Hand) -> None:
    hand.delete("ingress", hand.name)
    hand.delete("ingress", f"{hand.name}-web")


REPAIRS = (without_the_copy, the_copy_comes_last, the_copy_for_another_path)
WRONG_MOVES = (annotation_on_the_copy, narrower_list, without_both)
