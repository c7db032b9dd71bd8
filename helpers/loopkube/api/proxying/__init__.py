"""`pods|services|nodes/NAME/proxy`: HTTP to a Pod or a Service through the API, as `kubectl proxy` uses it.

Read in this order: location (whom a name means), headers (what goes on), pages (links that lead back through the
proxy), forward (the request and its answer), nodes (what a kubelet would answer).
"""

from loopkube.api.proxying.forward import answer

__all__ = ["answer"]
