"""Which Pods are more important than others. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("scheduling.k8s.io", "api.scheduling", 16600)
