"""Kinds that configure admission: webhooks and policies. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("admissionregistration.k8s.io", "api.admissionregistration", 16700)
