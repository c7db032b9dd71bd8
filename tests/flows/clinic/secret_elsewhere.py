"""Repairs and wrong moves of the case `secret_elsewhere`."""

from hand import Hand
from labtools.clinic.certificates import secret


def copied(hand: Hand) -> None:
    there = hand.get("secret", f"{_site(hand)}-tls", hand.ground.namespaces[1])
    hand.create({"apiVersion": "v1", "kind": "Secret", "type": there["type"], "data": there["data"]} | _named(hand))


def issued_anew(hand: Hand) -> None:
    hand.create(secret("fresh", _host(hand)))
    hand.set("ingress", _site(hand), "/spec/tls/0/secretName", "fresh")


def moved(hand: Hand) -> None:
    copied(hand)
    hand.delete("secret", f"{_site(hand)}-tls", hand.ground.namespaces[1])


def restart(hand: Hand) -> None:
    hand.restart(_application(hand))


def secret_of_the_neighbour(hand: Hand) -> None:
    neighbour = "collection" if _site(hand) == "museum" else "museum"
    hand.set("ingress", _site(hand), "/spec/tls/0/secretName", f"{neighbour}-tls")


def no_section(hand: Hand) -> None:
    hand.patch("ingress", _site(hand), {"spec": {"tls": None}})


def of_another_host(hand: Hand) -> None:
    made = secret(f"{_site(hand)}-tls", "www.example.com")
    hand.create(made)


def _host(hand: Hand) -> str:
    return hand.sick.split("/")[2]


def _site(hand: Hand) -> str:
    return _host(hand).partition(".")[0]


def _named(hand: Hand) -> dict:
    return {"metadata": {"name": f"{_site(hand)}-tls"}}


def _application(hand: Hand) -> str:
    return next(each.outcome for each in hand.scene.asks if each.sick)


REPAIRS = (copied, issued_anew, moved)
WRONG_MOVES = (restart, secret_of_the_neighbour, no_section, of_another_host)
