"""Whose requests wait when the API has much to do. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("flowcontrol.apiserver.k8s.io", "api.flowcontrol", 16100)
