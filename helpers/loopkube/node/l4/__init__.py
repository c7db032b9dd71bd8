"""Layer 4: connections copied byte for byte, never looked at.

`relay.py` joins two connections; `loopkube.node.l4.proxy` chooses endpoints for Services with it, and the node
agent leads host ports to Pods.
"""
