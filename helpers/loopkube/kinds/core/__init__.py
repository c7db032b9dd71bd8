"""The group without a name: Pods, Services and what they need. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("", "api.core", 18000)
