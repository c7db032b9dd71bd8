"""API servers beside this one. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("apiregistration.k8s.io", "kube-aggregator.pkg.apis.apiregistration", 17900)
"""It has no APIService of its own; kube-aggregator lists it before all others."""
