"""Pictures as SVG: legible on light and dark pages, on paper and on a phone, each with the same in words.

Belongs here: drawing. What a picture shows is computed elsewhere (`routing_map`, `labtools.explain`, `certificates`)
and handed over as plain values. Read in this order: `card` (what all share), then one file for each picture:
`routing`, `hops`, `bars`, `chain`, `nodes`.
"""

from labcore.pictures.bars import bars
from labcore.pictures.card import Picture
from labcore.pictures.chain import certificate_chain
from labcore.pictures.hops import Hop, hops
from labcore.pictures.lessons import diagnosis, layers_4_and_7, one_request, packet_path, reconcile_loop, tls_handshake

from ingress_lab.pictures.loads import latencies, load_timeline
from ingress_lab.pictures.losses import loss_timeline
from ingress_lab.pictures.nodes import Node, draw_node_map, node_map, node_map_of
from ingress_lab.pictures.routing import draw_routing_map, routing_map
from ingress_lab.pictures.shares import distribution

__all__ = [
    "Hop", "Node", "Picture", "bars", "certificate_chain", "diagnosis", "distribution", "draw_node_map",
    "draw_routing_map", "hops", "latencies", "layers_4_and_7", "load_timeline", "loss_timeline", "node_map",
    "node_map_of", "one_request", "packet_path", "reconcile_loop", "routing_map", "tls_handshake",
]  # fmt: skip
