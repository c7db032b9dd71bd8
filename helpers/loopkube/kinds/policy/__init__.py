"""Limits to what may be done to Pods. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("policy", "api.policy", 17100)
