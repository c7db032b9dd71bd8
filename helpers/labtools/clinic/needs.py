"""What cases need of a cluster, beside namespaces of their own."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from labtools.clinic import nodes
from labtools.clinic.case import Need

if TYPE_CHECKING:
    from labtools.clinic.ground import Ground


def _has_traefik(ground: "Ground") -> bool:
    from ingress_lab.kube.controller import image

    return "traefik" in image(ground.api)


def _is_ours(ground: "Ground") -> bool:
    return not ground.access.shared


def _has_two_nodes(ground: "Ground") -> bool:
    return _is_ours(ground) and len(nodes.workers(ground.api)) > 1


TRAEFIK = Need(phrase("Traefik as its ingress controller"), _has_traefik)
OWN = Need(phrase("to be a cluster of your own, of which the case changes more than a namespace"), _is_ours)
TWO_NODES = Need(phrase("to be a cluster of your own with two nodes for applications"), _has_two_nodes)
