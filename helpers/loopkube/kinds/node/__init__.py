"""How nodes run Pods. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("node.k8s.io", "api.node", 16300)
