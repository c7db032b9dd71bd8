"""Workloads that keep Pods running. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("apps", "api.apps", 17800)
