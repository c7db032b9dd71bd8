"""Pictures as SVG: legible on light and dark pages, on paper and on a phone, each with the same in words.

Belongs here: drawing. What a picture shows is computed elsewhere (`routing_map`, `explaining`, `certificates`) and
handed over as plain values. Read in this order: `card` (what all share), then one file for each picture: `routing`,
`hops`, `bars`, `chain`.
"""

from ingress_lab.pictures.bars import bars, distribution
from ingress_lab.pictures.card import Picture
from ingress_lab.pictures.chain import certificate_chain
from ingress_lab.pictures.hops import Hop, hops
from ingress_lab.pictures.routing import draw_routing_map, routing_map

__all__ = ["Hop", "Picture", "bars", "certificate_chain", "distribution", "draw_routing_map", "hops", "routing_map"]
