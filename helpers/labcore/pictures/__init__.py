"""Drawing: the card that all pictures share, and those pictures that need no cluster: stops, ladders, timelines.

Belongs here: plain values in, an SVG and the same in words out. What a picture shows of live objects is read in
`ingress_lab`. Read `card` first.
"""
