"""Requests for certificates. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("certificates.k8s.io", "api.certificates", 17300)
