"""Other API servers beside this one: an APIService names a Service that serves a group and version.

https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/. Read in this order:
registered (what an APIService says, and what its server answers), front_proxy (how this server shows who it is),
availability (whether the server can be asked), aggregator (the running part: looks after them, and hands requests on).
"""

from loopkube.api.aggregator.aggregator import Aggregator

__all__ = ["Aggregator"]
