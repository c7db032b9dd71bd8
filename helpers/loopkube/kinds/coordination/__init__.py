"""How components tell that they are alive. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("coordination.k8s.io", "api.coordination", 16500)
