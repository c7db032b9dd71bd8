"""Kinds that users define. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("apiextensions.k8s.io", "apiextensions-apiserver.pkg.apis.apiextensions", 16700)
