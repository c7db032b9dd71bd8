"""Streams between a client and a node: one module for each subresource of Pods that is not an object.

What belongs here: the protocols that kubectl and the client libraries speak. What does not: how a node fills them
(`loopkube.node.streams`, known here only as `api.links.NodeLink`).
Read in this order: pods (what all share), logs, channels (WebSocket messages), exec, portforward, spdy.
"""
