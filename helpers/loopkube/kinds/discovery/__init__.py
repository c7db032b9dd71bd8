"""Where the Pods behind a Service are. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("discovery.k8s.io", "api.discovery", 16200)
