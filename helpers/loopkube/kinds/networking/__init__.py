"""How traffic comes in, who may talk to whom, and which addresses are taken. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("networking.k8s.io", "api.networking", 17200)
