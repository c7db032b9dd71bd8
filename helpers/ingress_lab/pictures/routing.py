"""The routing map of a lab's namespace."""

from typing import TYPE_CHECKING

from labcore.pictures.card import Picture
from labcore.pictures.routing import draw_routing_map

from ingress_lab.ingress.route_map import read

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def routing_map(lab: "Lab") -> Picture:
    """Client → controller → host → path → Pods of the lab's namespace, and the Services, as they are now."""
    return draw_routing_map(read(lab))
