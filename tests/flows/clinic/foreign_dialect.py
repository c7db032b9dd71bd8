"""Repairs and wrong moves of the case `foreign_dialect`."""

from hand import Hand

NGINX, TRAEFIK_1 = "nginx.ingress.kubernetes.io/rewrite-target", "traefik.ingress.kubernetes.io/rewrite-target"


def class_and_dialect_of_nginx(hand: Hand) -> None:
    body = {"metadata": {"annotations": {NGINX: "/", TRAEFIK_1: None}}, "spec": {"ingressClassName": "nginx"}}
    hand.patch("ingress", hand.name, body)


def another_ingress(hand: Hand) -> None:
    hand.delete("ingress", hand.name)
    hand.create(hand.healthy("ingress", hand.name) | {"metadata": {"name": "anew", "annotations": {NGINX: "/"}}})


def application_knows_the_path(hand: Hand) -> None:
    env = hand.get("deployment", hand.name)["spec"]["template"]["spec"]["containers"][0]["env"]
    (place,) = (number for number, each in enumerate(env) if each["name"] == "PATHS")
    where = f"/spec/template/spec/containers/0/env/{place}/value"
    hand.set("deployment", hand.name, where, f"/ /{hand.name}")


def class_and_dialect_of_traefik_1(hand: Hand) -> None:
    body = {"metadata": {"annotations": {NGINX: None, TRAEFIK_1: "/"}}, "spec": {"ingressClassName": "traefik"}}
    hand.patch("ingress", hand.name, body)


def restart(hand: Hand) -> None:
    hand.restart(hand.name)


def path_type(hand: Hand) -> None:
    hand.set("ingress", hand.name, "/spec/rules/0/http/paths/0/pathType", "Exact")


REPAIRS = (class_and_dialect_of_nginx, another_ingress, application_knows_the_path)
WRONG_MOVES = (class_and_dialect_of_traefik_1, restart, path_type)
