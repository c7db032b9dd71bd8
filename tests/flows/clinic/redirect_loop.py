"""Repairs and wrong moves of the case `redirect_loop`."""

from hand import Hand

DIALECT = "nginx.ingress.kubernetes.io"


def without_tls(hand: Hand) -> None:
    hand.patch("ingress", "site", {"spec": {"tls": None}})


def without_redirect(hand: Hand) -> None:
    hand.patch("ingress", "site", {"metadata": {"annotations": {f"{DIALECT}/ssl-redirect": "false"}}})


def another_class(hand: Hand) -> None:
    hand.set("ingress", "site", "/spec/ingressClassName", "traefik")


def not_forced(hand: Hand) -> None:
    hand.patch("ingress", "site", {"metadata": {"annotations": {f"{DIALECT}/force-ssl-redirect": "false"}}})


def restart(hand: Hand) -> None:
    paths = hand.get("ingress", "site")["spec"]["rules"][0]["http"]["paths"]
    for path in paths:
        hand.restart(path["backend"]["service"]["name"])


def certificate_of_another(hand: Hand) -> None:
    hand.create(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "site-tls"}, "stringData": {"tls.crt": "-"}}
    )
    hand.set("ingress", "site", "/spec/tls/0/secretName", "site-tls")


REPAIRS = (without_tls, without_redirect, another_class)
WRONG_MOVES = (not_forced, restart, certificate_of_another)
