"""Layer 4: connections copied byte for byte, never looked at.

`relay.py` joins two connections; `service_proxy.py`, in the process `proxy.py`, chooses endpoints for Services with it,
and the node agent leads host ports to Pods.
"""
